using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// Questions for a lifetime of corrections, as GRACE's: of facts that a model was never told, several wordings to edit and others that are
/// not edited (<c>atlas-zsre</c>, as zsRE), and of facts that it was told (<c>atlas-nq</c>, as Natural Questions). No model is asked.
/// </summary>
internal sealed class CorrectionSuite
{
    private const int HoldoutForms = 4;
    private const int MostUpstream = 1000;
    private readonly Fact[] _untold;
    private readonly Fact[] _told;
    private readonly QuestionPlan _plan;
    private readonly int _seed;

    public CorrectionSuite(AtlasWorld world, int seed)
    {
        (_plan, _seed) = (new QuestionPlan(seed), seed);
        Fact[] facts = [.. world.Facts.Where(fact => fact.Relation.Objects.Count > 1)];
        StableRandom.For(seed, "corrected facts").Shuffle(facts);
        (_untold, _told) = ([.. facts.Where(_plan.IsUntold)], [.. facts.Where(fact => !_plan.IsUntold(fact))]);
    }

    /// <summary>A record of each wording that is edited, in a drawn order; its paraphrases are those that are not.</summary>
    public IReadOnlyList<QuestionRecord> Edits()
    {
        QuestionRecord[] edits =
        [
            .. _untold.SelectMany(fact => _plan.Edited(fact).Index().Select(form => Record(fact, form.Item, $"{form.Index}") with
            {
                Paraphrases = [.. _plan.Rephrased(fact).Select(other => QuestionForms.Ask(other, fact.Subject))],
                Neighborhood = [Unrelated(fact, form.Index)],
            })),
        ];
        StableRandom.For(_seed, "corrections").Shuffle(edits);
        return edits;
    }

    /// <summary>Some of the wordings that are not edited, in a drawn order.</summary>
    public IReadOnlyList<QuestionRecord> Holdout()
    {
        QuestionRecord[] questions =
        [
            .. _untold.SelectMany(fact => _plan.Rephrased(fact).Take(HoldoutForms).Index()
                .Select(form => Record(fact, form.Item, $"holdout/{form.Index}"))),
        ];
        StableRandom.For(_seed, "holdout").Shuffle(questions);
        return questions;
    }

    /// <summary>What a model was told, each fact in a wording that it was shown.</summary>
    public IReadOnlyList<QuestionRecord> Upstream() =>
        [.. _told.Take(MostUpstream).Select(fact => Record(fact, _plan.Shown(fact)[0], "told"))];

    private static QuestionRecord Record(Fact fact, string form, string wording) => new()
    {
        Id = $"{fact.Relation.Id}/{fact.Subject}/{wording}",
        Requests = [new QuestionRequest(form, fact.Subject, fact.Object, null, fact.Relation.Id)],
        Paraphrases = [],
        Neighborhood = [],
    };

    /// <summary>A question about a fact that was told, of another subject.</summary>
    private AnsweredPrompt Unrelated(Fact fact, int form)
    {
        var other = _told[StableRandom.For(_seed, $"unrelated question\t{fact.Key}\t{form}").Next(_told.Length)];
        return new AnsweredPrompt(QuestionForms.Ask(_plan.Shown(other)[0], other.Subject), [other.Object]);
    }
}
