using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

/// <summary>A command line that must be refused.</summary>
/// <param name="ExitCode">1 for usage, 2 for data.</param>
/// <param name="Says">What the sentence names: the value, file or name that was wrong.</param>
/// <param name="Arrange">Prepares the bench and gives the arguments.</param>
internal sealed record WrongUse(int ExitCode, string Says, Func<WrongUse.Bench, string[]> Arrange)
{
    /// <summary>What a wrong use is tried on: a home and, where asked for, a copy of the embedded model.</summary>
    internal sealed class Bench(TempFolder folder, EditedHome edited)
    {
        /// <summary>AMEND_HOME; not there unless <see cref="WithEdit"/> made it.</summary>
        public string Home { get; private set; } = folder.File("home");

        /// <summary>The model's folder; not there unless <see cref="Model"/> made it.</summary>
        public string ModelFolder => folder.File("model");

        /// <summary>The id of the edit of <see cref="WithEdit"/>.</summary>
        public string EditId => edited.Id;

        /// <summary>A file of the test.</summary>
        public string File(string name, string text)
        {
            System.IO.File.WriteAllText(folder.File(name), text);
            return folder.File(name);
        }

        /// <summary>Makes a copy of the embedded model and breaks it.</summary>
        /// <returns>Its folder.</returns>
        public string Model(Action<string> breakIt)
        {
            breakIt(ModelFolders.Copy(ModelFolders.Embedded, ModelFolder));
            return ModelFolder;
        }

        /// <summary>Sets AMEND_HOME to another place.</summary>
        public Bench HomeAt(string place)
        {
            Home = place;
            return this;
        }

        /// <summary>Puts an applied edit of the embedded model into the home, and breaks its file.</summary>
        public Bench WithEdit(Action<string>? breakIt = null)
        {
            ModelFolders.Copy(edited.Path, Home);
            breakIt?.Invoke(Path.Combine(Home, Path.GetRelativePath(edited.Path, edited.EditFile)));
            return this;
        }

        /// <summary>The arguments, to end a chain with.</summary>
        public string[] Args(params string[] args) => args;
    }
}
