using System.Text;
using Amend.Atlas.Facts;

namespace Amend.Atlas.Corpora;

/// <summary>Writes a world's facts as text: one sentence of one fact, or a short description of several that belong together.</summary>
public sealed class PassageWriter
{
    private const int MostClauses = 4;
    private readonly Dictionary<string, List<Fact>> _bySubject;
    private readonly Dictionary<string, List<Fact>> _byObject;

    /// <summary>Creates a writer over a world.</summary>
    public PassageWriter(AtlasWorld world)
    {
        _bySubject = world.Facts.GroupBy(f => $"{f.Relation.SubjectType}\t{f.Subject}").ToDictionary(g => g.Key, g => g.ToList());
        _byObject = world.Facts.GroupBy(f => $"{f.Relation.Id}\t{f.Object}").ToDictionary(g => g.Key, g => g.ToList());
    }

    /// <summary>A fact in one of its phrasings, with the object and a full stop.</summary>
    public static Passage Sentence(Fact fact, int phrasing)
    {
        var prompt = fact.Relation.Phrasings[phrasing];
        var start = prompt.IndexOf("{}", StringComparison.Ordinal);
        var text = prompt.Replace("{}", fact.Subject, StringComparison.Ordinal);
        return new Passage(
            $"{text} {fact.Object}.",
            [(start, start + fact.Subject.Length)],
            [(text.Length + 1, text.Length + 1 + fact.Object.Length)]);
    }

    /// <summary>
    /// A short description around a fact: what else is known of its subject, else of others with the same object. The subject's
    /// name is repeated in each clause.
    /// </summary>
    public Passage Description(Fact fact, Random random)
    {
        var related = _bySubject[$"{fact.Relation.SubjectType}\t{fact.Subject}"];
        if (related.Count == 1)
            related = _byObject[$"{fact.Relation.Id}\t{fact.Object}"];
        var others = related.Where(f => f != fact).ToArray();
        random.Shuffle(others);
        var chosen = others.Take(random.Next(1, MostClauses)).Prepend(fact).ToArray();
        random.Shuffle(chosen);
        var text = new StringBuilder();
        var (subjects, objects) = (new List<(int, int)>(), new List<(int, int)>());
        for (var i = 0; i < chosen.Length; i++)
        {
            var joined = i > 0 && i % 2 == 1 && i == chosen.Length - 1 && random.Next(3) == 0;
            if (i > 0)
                text.Append(joined ? ", and " : ". ");
            var clause = Clause(chosen[i], random.Next(chosen[i].Relation.Clauses.Count), capitalise: !joined);
            subjects.AddRange(Shifted(clause.Subjects, text.Length));
            objects.AddRange(Shifted(clause.Objects, text.Length));
            text.Append(clause.Text);
        }

        return new Passage(text.Append('.').ToString(), subjects, objects);
    }

    /// <summary>A fact in one of its relation's clauses, without a full stop.</summary>
    internal static Passage Clause(Fact fact, int number, bool capitalise)
    {
        var clause = fact.Relation.Clauses[number];
        var subjectAt = clause.IndexOf("{subject}", StringComparison.Ordinal);
        var objectAt = clause.IndexOf("{object}", StringComparison.Ordinal);
        var (subjectShift, objectShift) = subjectAt < objectAt
            ? (0, fact.Subject.Length - "{subject}".Length)
            : (fact.Object.Length - "{object}".Length, 0);
        var sentence = clause
            .Replace("{subject}", fact.Subject, StringComparison.Ordinal)
            .Replace("{object}", fact.Object, StringComparison.Ordinal);
        var subject = (subjectAt + subjectShift, subjectAt + subjectShift + fact.Subject.Length);
        var known = (objectAt + objectShift, objectAt + objectShift + fact.Object.Length);
        return new Passage(
            capitalise ? char.ToUpperInvariant(sentence[0]) + sentence[1..] : sentence, [subject], subjectAt < objectAt ? [known] : []);
    }

    private static IEnumerable<(int Start, int End)> Shifted(IReadOnlyList<(int Start, int End)> spans, int by) =>
        spans.Select(span => (span.Start + by, span.End + by));
}

/// <summary>A text with the characters of its subjects and of the objects that a reader can know by then.</summary>
/// <param name="Text">The text; ends with a full stop.</param>
/// <param name="Subjects">Spans of the subjects' mentions, in order.</param>
/// <param name="Objects">Spans of the objects that stand after their subject.</param>
public sealed record Passage(string Text, IReadOnlyList<(int Start, int End)> Subjects, IReadOnlyList<(int Start, int End)> Objects);
