using Amend.Atlas.Facts;
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
    public IReadOnlyList<CounterFactRecord> Records(int limit) =>
        Numbered(BalancedChoice.Take(Records(new HashSet<string>()), record => record.RequestedRewrite.RelationId, limit));

    /// <summary>
    /// Records for training editors, at most so many, which edit none of some subjects and ask about none of them; whatever relation
    /// they are of.
    /// </summary>
    /// <param name="limit">Most records.</param>
    /// <param name="excluded">Those subjects: what the other records edit.</param>
    public IReadOnlyList<CounterFactRecord> TrainingRecords(int limit, IReadOnlySet<string> excluded) =>
        Numbered(Records(excluded).Take(limit));

    private static List<CounterFactRecord> Numbered(IEnumerable<CounterFactRecord> records) =>
        [.. records.Select((record, id) => record with { CaseId = id })];

    private List<CounterFactRecord> Records(IReadOnlySet<string> excluded)
    {
        Fact[] facts = [.. _known.World.Facts];
        StableRandom.For(_seed, "counterfact order").Shuffle(facts);
        var drafter = new CounterFactDrafter(_known, excluded, _seed);
        return Complete([.. facts.Where(fact => !excluded.Contains(fact.Subject)).Select(drafter.Draft).OfType<CounterFactDraft>()]);
    }

    /// <summary>Gives each draft its first option that the model answers rightly; drafts without one are left out.</summary>
    private List<CounterFactRecord> Complete(IReadOnlyList<CounterFactDraft> drafts)
    {
        var options = drafts.SelectMany(draft => draft.AfterForeign.Select(prompt => (Draft: draft, Prompt: prompt))).ToList();
        var right = _recall([.. options.Select(o => (o.Prompt, o.Draft.Fact.Object))]);
        return [.. options.Where((_, i) => right[i]).DistinctBy(o => o.Draft.Fact.Key).Select(o => o.Draft.With(o.Prompt))];
    }
}
