using System.Text.RegularExpressions;
using Amend.Tensors;

namespace Amend.Models.Hub;

/// <summary>
/// What the hub calls a model: <c>hf:owner/name</c>, or with <c>:file.gguf</c> one GGUF file of it; either with <c>@revision</c> (a
/// branch, a tag or a commit).
/// </summary>
/// <param name="Owner">The user or organisation.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Revision">The revision; <c>main</c> where none is given.</param>
public sealed partial record HubName(string Owner, string Name, string Revision)
{
    /// <summary>What such names begin with.</summary>
    public const string Prefix = "hf:";

    /// <summary>The revision of a name without one.</summary>
    public const string DefaultRevision = "main";

    /// <summary>The GGUF file of the model that is meant, of a split one the first part; null, the default, for the whole model.</summary>
    public string? File { get; init; }

    /// <summary>Owner and name, as the hub's addresses have them.</summary>
    public string Id => $"{Owner}/{Name}";

    /// <summary>Whether the revision is a commit, which never changes.</summary>
    public bool IsCommit => IsCommitId(Revision);

    /// <summary>Reads a name.</summary>
    /// <exception cref="AmendException">It is of another form.</exception>
    public static HubName Parse(string text)
    {
        var match = Form().Match(text);
        // Two hyphens part the names of the store's folders; a file may have them in its name, which its manifest tells.
        var parted = $"{match.Groups["model"].Value}@{match.Groups["revision"].Value}";
        if (!match.Success || parted.Contains("--", StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))
            throw new AmendException($"'{text}' is not a model of the hub; "
                + "give hf:OWNER/NAME, hf:OWNER/NAME:FILE.gguf, or either with @REVISION, such as hf:openai-community/gpt2.");
        return new HubName(
            match.Groups["owner"].Value,
            match.Groups["name"].Value,
            match.Groups["revision"] is { Success: true } revision ? revision.Value : DefaultRevision)
        {
            File = match.Groups["file"] is { Success: true } file ? file.Value : null,
        };
    }

    /// <summary>The name as it is given on the command line.</summary>
    public override string ToString() =>
        $"{Prefix}{Id}{(File is null ? "" : ":" + File)}{(Revision == DefaultRevision ? "" : "@" + Revision)}";

    internal static bool IsCommitId(string text) => Commit().IsMatch(text);

    [GeneratedRegex(
        @"\Ahf:(?<model>(?<owner>[A-Za-z0-9][\w.-]{0,95})/(?<name>[A-Za-z0-9][\w.-]{0,95}))"
        + @"(?::(?<file>[A-Za-z0-9][\w./+-]{0,190}\.gguf))?(?:@(?<revision>[A-Za-z0-9][\w./-]{0,95}))?\z",
        RegexOptions.ECMAScript)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
