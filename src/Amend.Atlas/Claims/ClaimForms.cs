using Amend.Atlas.Facts;

namespace Amend.Atlas.Claims;

/// <summary>
/// The ways to make a claim of a relation: its statements with the object behind, then its clauses. And the rules that make one more
/// wording of any claim without changing what it says.
/// </summary>
public static class ClaimForms
{
    /// <summary>What can stand in front of a claim that is then said to be true.</summary>
    public static IReadOnlyList<string> Assurances { get; } = ["It is true that", "It is a fact that"];

    /// <summary>The forms of a relation, each once, in the order of its file.</summary>
    public static IReadOnlyList<ClaimForm> Of(Relation relation) =>
    [
        .. relation.Statements
            .Select(statement => $"{statement.Replace("{}", ClaimForm.SubjectPlace, StringComparison.Ordinal)} {ClaimForm.ObjectPlace}")
            .Concat(relation.Clauses)
            .DistinctBy(Capitalised)
            .Select(clause => new ClaimForm(clause)),
    ];

    /// <summary>A text with a capital letter in front.</summary>
    internal static string Capitalised(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>A way to make a claim.</summary>
/// <param name="Clause">With <c>{subject}</c> and <c>{object}</c>, without a full stop.</param>
public sealed record ClaimForm(string Clause)
{
    internal const string SubjectPlace = "{subject}";
    internal const string ObjectPlace = "{object}";

    /// <summary>What stands in front of the clause; null for nothing.</summary>
    public string? Assurance { get; init; }

    /// <summary>The claim of a subject and an object, a sentence, and where in it the object stands.</summary>
    public WordedClaim Fill(string subject, string claimed)
    {
        var pattern = Assurance is null || Clause[0] == '{' ? Clause : char.ToLowerInvariant(Clause[0]) + Clause[1..];
        var parts = (Assurance is null ? pattern : $"{Assurance} {pattern}").Split(ObjectPlace);
        var (before, behind) = (Filled(parts[0], subject), Filled(parts[1], subject));
        return new WordedClaim(ClaimForms.Capitalised($"{before}{claimed}{behind}."), (before.Length, before.Length + claimed.Length));
    }

    private static string Filled(string part, string subject) => part.Replace(SubjectPlace, subject, StringComparison.Ordinal);
}

/// <summary>A claim as a sentence.</summary>
/// <param name="Text">The sentence.</param>
/// <param name="Object">The first character of the object and the one behind its last.</param>
public sealed record WordedClaim(string Text, (int Start, int End) Object);
