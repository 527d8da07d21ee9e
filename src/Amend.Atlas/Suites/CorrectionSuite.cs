using Amend.Atlas.Claims;
using Amend.Atlas.Facts;
using Amend.Atlas.Questions;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// Questions for a lifetime of corrections, as GRACE's: of facts that a model was never told, several wordings to edit and others that are
/// not edited (<c>atlas-zsre</c>, as zsRE), and of facts that it was told (<c>atlas-nq</c>, as Natural Questions); and questions of other
/// told facts, with another answer, to train an editor on. No model is asked.
/// </summary>
internal sealed class CorrectionSuite
{
    private const int HoldoutForms = 4;
    private const int MostUpstream = 1000;
    private const int MostTraining = 1500;
    private const int TrainedForms = 4;
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
                Neighborhood = [Unrelated(fact, form.Index, _told)],
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

    /// <summary>
    /// What a model was told, of subjects that are neither corrected nor upstream: each question is to be answered with another object of
    /// its relation, in a wording and in some others, and one of another subject of these as before.
    /// </summary>
    public IReadOnlyList<QuestionRecord> Training()
    {
        var upstream = _told.Take(MostUpstream).Select(fact => fact.Subject).ToHashSet(StringComparer.Ordinal);
        Fact[] facts = [.. _told.Where(fact => !upstream.Contains(fact.Subject))];
        return [.. facts.Take(MostTraining).Select(fact => Taught(fact, facts)).OfType<QuestionRecord>()];
    }

    private QuestionRecord? Taught(Fact fact, Fact[] facts)
    {
        if (OtherObjects.Draw(fact, StableRandom.For(_seed, $"taught\t{fact.Key}")) is not { } target)
            return null;
        var others = facts.Where(other => other.Subject != fact.Subject).ToArray();
        var record = Record(fact, _plan.Edited(fact)[0], "taught");
        return record with
        {
            Requests = [record.Requests[0] with { TargetNew = target, TargetTrue = fact.Object }],
            Paraphrases = [.. _plan.Rephrased(fact).Take(TrainedForms).Select(form => QuestionForms.Ask(form, fact.Subject))],
            Neighborhood = [Unrelated(fact, form: 0, others)],
        };
    }

    private static QuestionRecord Record(Fact fact, string form, string wording) => new()
    {
        Id = $"{fact.Relation.Id}/{fact.Subject}/{wording}",
        Requests = [new QuestionRequest(form, fact.Subject, fact.Object, null, fact.Relation.Id)],
        Paraphrases = [],
        Neighborhood = [],
    };

    /// <summary>A question about a fact that was told, of another subject.</summary>
    private AnsweredPrompt Unrelated(Fact fact, int form, Fact[] told)
    {
        var other = told[StableRandom.For(_seed, $"unrelated question\t{fact.Key}\t{form}").Next(told.Length)];
        return new AnsweredPrompt(QuestionForms.Ask(_plan.Shown(other)[0], other.Subject), [other.Object]);
    }
}
