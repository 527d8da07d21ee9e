namespace Amend.Editing.Homes;

/// <summary>
/// Where Amend keeps what it makes: <c>$AMEND_HOME</c>, else <c>~/.amend</c>. It knows where in it each thing lies; nothing is made
/// before it is needed.
/// </summary>
/// <param name="Folder">The folder.</param>
public sealed record AmendHome(string Folder)
{
    /// <summary>The digits of a hash that name a folder.</summary>
    internal const int HashDigits = 16;

    /// <summary>The user's home of Amend, as the environment says at each call.</summary>
    public static AmendHome Default => new(
        Environment.GetEnvironmentVariable("AMEND_HOME") is { Length: > 0 } folder
            ? Path.GetFullPath(folder)
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".amend"));

    /// <summary>Models that were put there by hand, each in a folder of its name.</summary>
    public string Models => In("models");

    /// <summary>Models of the hub.</summary>
    public string Hub => In("models", "hub");

    /// <summary>Layers that were chosen by tracing or by a sweep.</summary>
    public string Layers => In("layers");

    /// <summary>Causal traces of a model.</summary>
    /// <param name="baseHash">The hash of its weights.</param>
    public string Traces(string baseHash) => In("traces", baseHash[..HashDigits]);

    /// <summary>Edits of all models, a folder a model.</summary>
    public string AllEdits => In("edits");

    /// <summary>Edits of a model, and their journal.</summary>
    /// <param name="baseHash">The hash of its weights without edits.</param>
    public string Edits(string baseHash) => Path.Combine(AllEdits, baseHash[..HashDigits]);

    /// <summary>Second moments of a model's keys.</summary>
    /// <param name="hash">The hash of its weights.</param>
    public string Statistics(string hash) => In("statistics", hash[..HashDigits]);

    /// <summary>Networks that editors use, of all editors.</summary>
    public string AllNetworks => In("networks");

    /// <summary>Networks of an editor for a model, a folder for what each was trained on.</summary>
    /// <param name="editor">The editor's name.</param>
    /// <param name="hash">The hash of the model's weights.</param>
    public string Networks(string editor, string hash) => Path.Combine(AllNetworks, editor, hash[..HashDigits]);

    /// <summary>Keys and the log of a server.</summary>
    public string Server => In("server");

    /// <summary>What a server has exported.</summary>
    public string Exports => In("exports");

    /// <summary>Runs and reports that a server was asked for.</summary>
    public string Runs => In("runs");

    /// <summary>What can be computed again, of one kind, such as <c>unedited</c> answers.</summary>
    public string Cache(string kind) => In("cache", kind);

    private string In(params ReadOnlySpan<string> parts) => Path.Combine([Folder, .. parts]);
}
