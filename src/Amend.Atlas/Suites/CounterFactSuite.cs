using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// CounterFact records of a world for a model. Each fact is one that the model answers rightly on the rewrite prompt and on both
/// paraphrase prompts, the second of which stands after a sentence about something else; the neighborhood prompts are answered
/// rightly too. No relation has more than a fifth of the records.
/// </summary>
internal sealed class CounterFactSuite
{
    private readonly KnownPrompts _known;
    private readonly Recall _recall;
    private readonly int _seed;

    public CounterFactSuite(KnownPrompts known, Recall recall, int seed)
    {
        _known = known;
        _recall = recall;
        _seed = seed;
    }

    /// <summary>The records, at most so many, in a drawn order; a function of world, model and seed.</summary>
    public IReadOnlyList<CounterFactRecord> Records(int limit)
    {
        var facts = _known.World.Facts.ToArray();
        StableRandom.For(_seed, "counterfact order").Shuffle(facts);
        var drafter = new CounterFactDrafter(_known, _seed);
        var records = Complete([.. facts.Select(drafter.Draft).OfType<CounterFactDraft>()]);
        return
        [
            .. BalancedChoice.Take(records, r => r.RequestedRewrite.RelationId, limit).Select((record, id) => record with { CaseId = id }),
        ];
    }

    /// <summary>Gives each draft its first option that the model answers rightly; drafts without one are left out.</summary>
    private List<CounterFactRecord> Complete(IReadOnlyList<CounterFactDraft> drafts)
    {
        var options = drafts.SelectMany(draft => draft.AfterForeign.Select(prompt => (Draft: draft, Prompt: prompt))).ToList();
        var right = _recall([.. options.Select(o => (o.Prompt, o.Draft.Fact.Object))]);
        return [.. options.Where((_, i) => right[i]).DistinctBy(o => o.Draft.Fact.Key).Select(o => o.Draft.With(o.Prompt))];
    }
}
