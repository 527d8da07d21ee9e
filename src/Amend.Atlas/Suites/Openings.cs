using Amend.Atlas.Facts;

namespace Amend.Atlas.Suites;

/// <summary>Openings of running text about a subject, for measuring the fluency of what a model writes on.</summary>
internal static class Openings
{
    private const string SubjectPlace = "{subject}";
    private const string ObjectPlace = "{object}";
    private const string Place = "{}";

    /// <summary>Draws openings about a fact's subject; they repeat, as CounterFact's do, where the relation has fewer.</summary>
    public static IReadOnlyList<string> Draw(Fact fact, int count, Random random)
    {
        string[] all = [.. OfClauses(fact.Relation).Concat(OfStatements(fact.Relation)).DefaultIfEmpty(SubjectPlace)];
        random.Shuffle(all);
        return [.. Enumerable.Range(0, count).Select(i => Fill(all[i % all.Length], fact.Subject))];
    }

    /// <summary>Clauses that name the subject first, up to the object.</summary>
    private static IEnumerable<string> OfClauses(Relation relation) => relation.Clauses
        .Where(c => c.IndexOf(SubjectPlace, StringComparison.Ordinal) < c.IndexOf(ObjectPlace, StringComparison.Ordinal))
        .Select(c => c[..c.IndexOf(ObjectPlace, StringComparison.Ordinal)].TrimEnd());

    /// <summary>The first half of the words of statements that begin with the subject.</summary>
    private static IEnumerable<string> OfStatements(Relation relation) => relation.Statements
        .Where(s => s.StartsWith(Place + " ", StringComparison.Ordinal))
        .Select(s => s[(Place.Length + 1)..].Split(' '))
        .Select(words => $"{SubjectPlace} {string.Join(' ', words.Take((words.Length + 1) / 2))}");

    private static string Fill(string opening, string subject)
    {
        var text = opening.Replace(SubjectPlace, subject, StringComparison.Ordinal);
        return opening.StartsWith(SubjectPlace, StringComparison.Ordinal) ? text : char.ToUpperInvariant(text[0]) + text[1..];
    }
}
