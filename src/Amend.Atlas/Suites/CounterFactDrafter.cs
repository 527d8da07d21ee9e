using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// Draws what a CounterFact record needs around a fact that the model knows: a rewrite, paraphrases, a new target, prompts about
/// others, and openings. Each fact has its own random state, from the seed and its key.
/// </summary>
internal sealed class CounterFactDrafter
{
    private const int Prompts = 10;
    private const int ForeignOptions = 3;
    private const int ForeignTries = 50;
    private readonly KnownPrompts _known;
    private readonly IReadOnlySet<string> _excluded;
    private readonly int _seed;

    /// <summary>Creates a drafter.</summary>
    /// <param name="known">What the model answers rightly.</param>
    /// <param name="excluded">Subjects that no prompt may be about.</param>
    /// <param name="seed">The seed of all that is drawn.</param>
    public CounterFactDrafter(KnownPrompts known, IReadOnlySet<string> excluded, int seed)
    {
        _known = known;
        _excluded = excluded;
        _seed = seed;
    }

    /// <summary>The draft of a fact's record; null where the model knows too little of the fact or of others with its object.</summary>
    public CounterFactDraft? Draft(Fact fact)
    {
        var random = StableRandom.For(_seed, $"counterfact\t{fact.Key}");
        var phrasings = _known.Of(fact).ToArray();
        random.Shuffle(phrasings);
        var rewrite = Array.FindIndex(phrasings, p => p < fact.Relation.Statements.Count);
        if (rewrite < 0 || phrasings.Length < 3)
            return null;
        (phrasings[0], phrasings[rewrite]) = (phrasings[rewrite], phrasings[0]);
        var neighbors = SpreadPrompts.Draw(Others(fact, fact.Object), _known.Of, fact.Subject, Prompts, random);
        if (neighbors.Count < Prompts || NewTarget(fact, random) is not { } target)
            return null;
        var record = new CounterFactRecord
        {
            CaseId = -1,
            RequestedRewrite = new RequestedRewrite
            {
                Prompt = fact.Relation.Phrasings[phrasings[0]],
                RelationId = fact.Relation.Id,
                TargetNew = new CounterFactTarget { Str = target.Object },
                TargetTrue = new CounterFactTarget { Str = fact.Object },
                Subject = fact.Subject,
            },
            ParaphrasePrompts = [KnownPrompts.Prompt(fact, phrasings[1])],
            NeighborhoodPrompts = neighbors,
            AttributePrompts = target.Attributes,
            GenerationPrompts = Openings.Draw(fact, Prompts, random),
        };
        return new CounterFactDraft(fact, record, AfterForeign(fact, target.Object, phrasings[2..], random));
    }

    private IEnumerable<Fact> Others(Fact fact, string target) => fact.Relation.Facts
        .Where(other => other.Object == target && other.Subject != fact.Subject && !_excluded.Contains(other.Subject));

    private (string Object, IReadOnlyList<string> Attributes)? NewTarget(Fact fact, Random random)
    {
        var objects = fact.Relation.Objects.Where(o => o != fact.Object).ToArray();
        random.Shuffle(objects);
        foreach (var target in objects)
        {
            var attributes = SpreadPrompts.Draw(Others(fact, target), AllPhrasings, fact.Subject, Prompts, random);
            if (attributes.Count == Prompts)
                return (target, attributes);
        }

        return null;
    }

    private static IReadOnlyList<int> AllPhrasings(Fact fact) => [.. Enumerable.Range(0, fact.Relation.Phrasings.Count)];

    private List<string> AfterForeign(Fact fact, string target, int[] phrasings, Random random)
    {
        var options = new List<string>();
        for (var tries = 0; tries < ForeignTries && options.Count < ForeignOptions; tries++)
        {
            var other = _known.World.Facts[random.Next(_known.World.Facts.Count)];
            var sentence = PassageWriter.Sentence(other, random.Next(other.Relation.Statements.Count)).Text;
            if (!_excluded.Contains(other.Subject) && !Mention.Of(fact.Subject, sentence)
                && !Mention.Of(fact.Object, sentence) && !Mention.Of(target, sentence))
                options.Add($"{sentence} {KnownPrompts.Prompt(fact, phrasings[options.Count % phrasings.Length])}");
        }

        return options;
    }
}

/// <summary>A CounterFact record whose paraphrase after a foreign sentence is still to be chosen among options.</summary>
/// <param name="Fact">The fact to edit.</param>
/// <param name="Record">The record, with its plain paraphrase only.</param>
/// <param name="AfterForeign">Paraphrases with a foreign sentence in front, in order of preference.</param>
internal sealed record CounterFactDraft(Fact Fact, CounterFactRecord Record, IReadOnlyList<string> AfterForeign)
{
    /// <summary>The record with one of the options as its second paraphrase.</summary>
    public CounterFactRecord With(string afterForeign) => Record with { ParaphrasePrompts = [.. Record.ParaphrasePrompts, afterForeign] };
}
