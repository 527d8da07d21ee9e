using System.Text.RegularExpressions;

namespace Amend.Evaluation.Cases;

/// <summary>
/// Other wordings of an English claim by rules that keep what it says: assurances ("It is true that …"), contractions, clefts ("It was
/// Ada Lovelace that …"), a date behind instead of in front, active for passive and passive for active. They stand in for the
/// back-translations of De Cao et al. 2021 (arXiv 2104.08164, section 5.1), which need a translator. A rule is left out where the claim
/// has not plainly its form.
/// </summary>
public static partial class ClaimRephrasing
{
    /// <summary>Words that begin a sentence with a capital letter and are written small within one.</summary>
    private static readonly HashSet<string> SmallWithin = new(StringComparer.Ordinal)
    {
        "The", "A", "An", "There", "In", "On", "At", "It", "He", "She", "They", "His", "Her", "Their", "This", "These", "One", "Some",
        "Many", "No", "All", "During", "After", "Before",
    };

    private static readonly (string Long, string Short)[] Contractions =
    [
        ("is not", "isn't"), ("was not", "wasn't"), ("are not", "aren't"), ("were not", "weren't"), ("has not", "hasn't"),
        ("have not", "haven't"), ("had not", "hadn't"), ("does not", "doesn't"), ("do not", "don't"), ("did not", "didn't"),
        ("cannot", "can't"), ("could not", "couldn't"), ("will not", "won't"), ("would not", "wouldn't"),
    ];

    /// <summary>Verbs in the past and as participles, of which both voices are usual in claims.</summary>
    private static readonly Dictionary<string, string> Participles = new(StringComparer.Ordinal)
    {
        ["directed"] = "directed", ["wrote"] = "written", ["produced"] = "produced", ["founded"] = "founded", ["created"] = "created",
        ["released"] = "released", ["published"] = "published", ["recorded"] = "recorded", ["designed"] = "designed",
        ["developed"] = "developed", ["composed"] = "composed", ["discovered"] = "discovered", ["invented"] = "invented",
    };

    private static readonly Dictionary<string, string> Pasts = Participles.ToDictionary(verb => verb.Value, verb => verb.Key);

    /// <summary>The other wordings of a claim, each once and none of them the claim itself.</summary>
    /// <param name="claim">A sentence.</param>
    public static IReadOnlyList<string> Of(string claim)
    {
        var clause = claim.Trim().TrimEnd('.');
        if (clause.Length == 0)
            return [];
        var within = Within(clause);
        string?[] found =
        [
            $"It is true that {within}.", $"It is a fact that {within}.",
            Contracted(clause), Cleft(clause), DateBehind(clause), Active(clause), Passive(clause),
        ];
        return [.. found.OfType<string>().Where(one => one != claim).Distinct(StringComparer.Ordinal)];
    }

    private static string? Contracted(string clause)
    {
        foreach (var (full, contracted) in Contractions)
        {
            foreach (var (from, to) in ((string, string)[])[(full, contracted), (contracted, full)])
            {
                if (clause.Contains($" {from} ", StringComparison.Ordinal))
                    return clause.Replace($" {from} ", $" {to} ", StringComparison.Ordinal) + ".";
            }
        }

        return null;
    }

    /// <summary>"X had Y" as "It was X that had Y", where X is a name.</summary>
    private static string? Cleft(string clause)
    {
        if (Copula().Match(clause) is not { Success: true } match || !IsName(match.Groups["subject"].Value))
            return null;
        var (subject, verb, rest) = (Within(match.Groups["subject"].Value), match.Groups["verb"].Value, match.Groups["rest"].Value);
        return $"It {(verb is "is" or "has" ? "is" : "was")} {subject} that {verb} {rest}.";
    }

    /// <summary>"In 1951, X was born" as "X was born in 1951".</summary>
    private static string? DateBehind(string clause) => DateInFront().Match(clause) is { Success: true } match
        ? $"{Sentence(match.Groups["rest"].Value.Trim())} {Within(match.Groups["date"].Value)}."
        : null;

    private static string? Active(string clause) =>
        ByAgent().Match(clause) is { Success: true } match
        && Pasts.TryGetValue(match.Groups["verb"].Value, out var past)
        && IsName(match.Groups["agent"].Value)
        && IsName(match.Groups["patient"].Value)
            ? $"{match.Groups["agent"].Value} {past} {Within(match.Groups["patient"].Value)}."
            : null;

    private static string? Passive(string clause) =>
        OfAgent().Match(clause) is { Success: true } match
        && Participles.TryGetValue(match.Groups["verb"].Value, out var participle)
        && IsName(match.Groups["agent"].Value)
        && IsName(match.Groups["patient"].Value)
            ? $"{Sentence(match.Groups["patient"].Value)} was {participle} by {Within(match.Groups["agent"].Value)}."
            : null;

    /// <summary>Whether words are a name: they begin with capital letters, but for the few small words that stand within names.</summary>
    private static bool IsName(string words) => Name().IsMatch(words) && !Pronoun().IsMatch(words);

    private static string Within(string clause) => clause.Split(' ', 2) is [var first, ..] && SmallWithin.Contains(first)
        ? char.ToLowerInvariant(clause[0]) + clause[1..]
        : clause;

    private static string Sentence(string clause) => char.ToUpperInvariant(clause[0]) + clause[1..];

    [GeneratedRegex("^(?<subject>[^,]+?) (?<verb>is|was|has|had) (?!not )(?<rest>.+)$")]
    private static partial Regex Copula();

    [GeneratedRegex(@"^(?<date>(?:In|On) [^,]*?\d[^,]*(?:, \d{4})?), (?<rest>[^,]*[^\d,]+)$")]
    private static partial Regex DateInFront();

    [GeneratedRegex("^(?<patient>[^,]+?) (?:was|is) (?<verb>[a-z]+) by (?<agent>[^,]+)$")]
    private static partial Regex ByAgent();

    [GeneratedRegex("^(?<agent>[^,]+?) (?<verb>[a-z]+ed|wrote) (?<patient>[^,]+)$")]
    private static partial Regex OfAgent();

    [GeneratedRegex(@"^(?:[Tt]he )?[\p{Lu}\d][^\s]*(?: (?:of|the|and|de|van|von|del|la|for|\(film\)|[\p{Lu}\d(][^\s]*))*$")]
    private static partial Regex Name();

    [GeneratedRegex("^(?:There|It|He|She|They|This|These|In|On|At|One|Some|Many|No|All|During|After|Before)\\b")]
    private static partial Regex Pronoun();
}
