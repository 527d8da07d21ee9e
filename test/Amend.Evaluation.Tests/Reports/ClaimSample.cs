using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Reports;

/// <summary>A run made up for tests: claims whose logits an edit moves, the edited one and its paraphrases most.</summary>
internal static class ClaimSample
{
    private static readonly string[] Measured = ["ke.success", "ke.retain", "ke.equivalence", "ke.deterioration"];
    private static readonly PromptKind[] Kinds =
    [
        PromptKind.Rewrite, PromptKind.Paraphrase, PromptKind.Paraphrase,
        PromptKind.Neighborhood, PromptKind.Neighborhood, PromptKind.Neighborhood,
    ];

    /// <summary>A run with a row of the unedited model and one editor.</summary>
    /// <param name="cases">How many claims.</param>
    /// <param name="rows">The names of the rows that edit.</param>
    public static RunResult Make(int cases, params string[] rows)
    {
        RowResult[] all = [Row("none", cases, moved: 0), .. rows.DefaultIfEmpty("ft").Select((name, at) => Row(name, cases, moved: 5 - at))];
        return SampleRun.Of(all, Measured) with { Labels = ["REFUTES", "SUPPORTS"] };
    }

    /// <summary>The case as earlier builds kept it.</summary>
    public static CaseResult WithoutLogits(CaseResult one)
    {
        CaseAnswers Bare(CaseAnswers said) => new(
            [.. said.Prompts.Select(answer => answer with { Wanted = answer.Wanted with { LabelLogits = null } })]);
        return one with { Before = Bare(one.Before), Answers = one.Answers.ToDictionary(at => at.Key, at => Bare(at.Value)) };
    }

    private static RowResult Row(string name, int cases, double moved) => new(
        new RunRow(name, name == "none" ? "none" : "ft", [], null),
        [.. Enumerable.Range(0, cases).Select(at => Case(at, moved))],
        new PhaseTimes(0.1, 1, 1, 0, 0.1));

    private static CaseResult Case(int id, double moved)
    {
        double Before(int at) => at < 3 ? -2 - id - at / 8.0 : (at - 3.5) * (1 + id % 5);
        double After(int at) => Before(at) + (at == 0 ? moved + id : at < 3 ? moved * 0.7 : moved * 0.1);
        return new CaseResult(
            $"{id}", moved > 0 ? $"edit{id}" : null, true, 0.2, new MetricCase($"{id}", [.. Kinds.Select(Prompt)]), Said(Before),
            new Dictionary<Moment, CaseAnswers> { [Moment.OwnEdit] = Said(After) });

        MetricPrompt Prompt(PromptKind kind, int at) => new(kind, $"Claim {id}, text {at}", "SUPPORTS", "REFUTES");
        CaseAnswers Said(Func<int, double> logit) => new([.. Kinds.Select((kind, at) => Answer(Prompt(kind, at), logit(at)))]);
    }

    private static PromptAnswer Answer(MetricPrompt prompt, double logit)
    {
        var target = new TargetScore(-Math.Log(1 + Math.Exp(-logit)), 1, logit > 0);
        return new PromptAnswer(prompt, new TargetAnswer(target, [1], [logit > 0 ? 1 : 0]) { LabelLogits = [0, (float)logit] }, null, null);
    }
}
