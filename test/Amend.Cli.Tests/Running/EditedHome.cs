namespace Amend.Cli.Tests.Running;

/// <summary>A home with one applied edit, made once for the tests that only need that there is one.</summary>
public sealed class EditedHome : IDisposable
{
    private readonly TempFolder _folder = new();

    /// <summary>Makes the edit.</summary>
    public EditedHome()
    {
        Text = new AmendTurns(Path).Run([.. Facts.Tower, "--target-new", "Rome", .. Facts.TowerChecks]).Done().Output;
        EditFile = Directory.GetFiles(Path, "*.safetensors", SearchOption.AllDirectories).Single();
    }

    /// <summary>The home.</summary>
    public string Path => _folder.File("home");

    /// <summary>The edit's file.</summary>
    public string EditFile { get; }

    /// <summary>The edit's id.</summary>
    public string Id => System.IO.Path.GetFileNameWithoutExtension(EditFile);

    /// <summary>What <c>amend edit</c> printed.</summary>
    public string Text { get; }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
