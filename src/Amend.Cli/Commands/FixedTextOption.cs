using System.CommandLine;
using Amend.Evaluation.Datasets;

namespace Amend.Cli.Commands;

/// <summary>The option that names the text on which a model is measured.</summary>
internal sealed class FixedTextOption
{
    /// <summary>What it is called.</summary>
    public const string Name = "--fixed-text";

    private readonly Option<string?> _text;

    /// <summary>Creates the option.</summary>
    /// <param name="description">What is measured on the text in the verb.</param>
    public FixedTextOption(string description) => _text = new Option<string?>(Name)
    {
        Description = description,
        HelpName = "FILE",
    };

    /// <summary>Adds it to a verb.</summary>
    public void AddTo(Command command) => command.Options.Add(_text);

    /// <summary>The file that was given; null where none was.</summary>
    public string? Given(ParseResult parsed) => parsed.GetValue(_text);

    /// <summary>The text of the file that was given, or the embedded one.</summary>
    /// <exception cref="Amend.Tensors.AmendException">There is no file, or it is broken.</exception>
    public string Read(ParseResult parsed) => Given(parsed) is { } file ? ExistingFile.Text(file) : EmbeddedSuites.GuardText();
}
