using System.Text.Json.Serialization;
using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// Plain questions about a world, as zsRE's: each with another object to teach, a second question for the same fact, and a question
/// about something else. No model is asked.
/// </summary>
internal sealed class QuestionSuite
{
    private readonly Fact[] _facts;
    private readonly int _seed;

    /// <summary>Creates the suite.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="excluded">Subjects that nothing may be asked about.</param>
    /// <param name="seed">The seed of all that is drawn.</param>
    public QuestionSuite(AtlasWorld world, IReadOnlySet<string> excluded, int seed)
    {
        _facts = [.. world.Facts.Where(fact => !excluded.Contains(fact.Subject) && Questions(fact).Length > 1)];
        _seed = seed;
        StableRandom.For(seed, "questions").Shuffle(_facts);
    }

    /// <summary>A record of each fact, in a drawn order.</summary>
    public IEnumerable<QuestionRecord> Records() => _facts.Select(Record).OfType<QuestionRecord>();

    private static string[] Questions(Fact fact) => [.. fact.Relation.Phrasings.Skip(fact.Relation.Statements.Count)];

    private QuestionRecord? Record(Fact fact)
    {
        var random = StableRandom.For(_seed, $"question\t{fact.Key}");
        var questions = Questions(fact);
        random.Shuffle(questions);
        if (OtherObjects.Draw(fact, random) is not { } target || Unrelated(fact, random) is not { } other)
            return null;
        return new QuestionRecord
        {
            Id = $"{fact.Relation.Id}/{fact.Subject}",
            Requests = [new QuestionRequest(questions[0], fact.Subject, target, fact.Object, fact.Relation.Id)],
            Paraphrases = [Ask(questions[1], fact)],
            Neighborhood = [new AnsweredPrompt(Ask(Questions(other)[random.Next(Questions(other).Length)], other), [other.Object])],
        };
    }

    /// <summary>A fact of another relation in which this one's subject has no part; null where there is none.</summary>
    private Fact? Unrelated(Fact fact, Random random)
    {
        var start = random.Next(_facts.Length);
        return Enumerable.Range(start, _facts.Length).Select(i => _facts[i % _facts.Length])
            .FirstOrDefault(other => other.Relation.Id != fact.Relation.Id && other.Subject != fact.Subject
                && other.Object != fact.Subject);
    }

    private static string Ask(string question, Fact fact) => question.Replace("{}", fact.Subject, StringComparison.Ordinal);
}

/// <summary>A question as a case in Amend's own form.</summary>
internal sealed record QuestionRecord
{
    public required string Id { get; init; }

    public required IReadOnlyList<QuestionRequest> Requests { get; init; }

    /// <summary>The same as other questions.</summary>
    public required IReadOnlyList<string> Paraphrases { get; init; }

    /// <summary>Questions about something else, with their answers.</summary>
    public required IReadOnlyList<AnsweredPrompt> Neighborhood { get; init; }
}

/// <summary>What a question is taught; <c>TargetTrue</c> is null where it is what holds.</summary>
internal sealed record QuestionRequest(
    string Prompt,
    string Subject,
    string TargetNew,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? TargetTrue,
    string RelationId);
