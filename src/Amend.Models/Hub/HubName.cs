using System.Text.RegularExpressions;
using Amend.Tensors;

namespace Amend.Models.Hub;

/// <summary>What the hub calls a model: <c>hf:owner/name</c>, or with <c>@revision</c> (a branch, a tag or a commit).</summary>
/// <param name="Owner">The user or organisation.</param>
/// <param name="Name">The model's name.</param>
/// <param name="Revision">The revision; <c>main</c> where none is given.</param>
public sealed partial record HubName(string Owner, string Name, string Revision)
{
    /// <summary>What such names begin with.</summary>
    public const string Prefix = "hf:";

    /// <summary>The revision of a name without one.</summary>
    public const string DefaultRevision = "main";

    /// <summary>Owner and name, as the hub's addresses have them.</summary>
    public string Id => $"{Owner}/{Name}";

    /// <summary>Whether the revision is a commit, which never changes.</summary>
    public bool IsCommit => IsCommitId(Revision);

    /// <summary>Reads a name.</summary>
    /// <exception cref="AmendException">It is of another form.</exception>
    public static HubName Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success || text.Contains("--", StringComparison.Ordinal) || text.Contains("..", StringComparison.Ordinal))
            throw new AmendException($"'{text}' is not a model of the hub; "
                + "give hf:OWNER/NAME or hf:OWNER/NAME@REVISION, such as hf:openai-community/gpt2.");
        return new HubName(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Success ? match.Groups[3].Value : DefaultRevision);
    }

    /// <summary>The name as it is given on the command line.</summary>
    public override string ToString() => $"{Prefix}{Id}{(Revision == DefaultRevision ? "" : "@" + Revision)}";

    internal static bool IsCommitId(string text) => Commit().IsMatch(text);

    [GeneratedRegex(@"\Ahf:([A-Za-z0-9][\w.-]{0,95})/([A-Za-z0-9][\w.-]{0,95})(?:@([A-Za-z0-9][\w./-]{0,95}))?\z", RegexOptions.ECMAScript)]
    private static partial Regex Form();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Commit();
}
