using System.Text.Json.Nodes;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Reports;

/// <summary>Runs made up for tests: what a model would say is drawn from a seed, around a level of its row.</summary>
internal static class SampleRun
{
    private static readonly string[] Usual = ["cf.s", "cf.es", "cf.em", "cf.ps", "cf.pm", "cf.ns", "cf.nm"];
    private static readonly PromptKind[] Kinds = [PromptKind.Rewrite, PromptKind.Paraphrase, PromptKind.Paraphrase, PromptKind.Neighborhood, PromptKind.Neighborhood];

    /// <summary>A run with a row of the unedited model and two editors.</summary>
    public static RunResult Make(
        IReadOnlyList<string>? metrics = null,
        int cases = 12,
        string suiteHash = "5ec0ffee5ec0ffee5ec0ffee",
        bool finished = true,
        params Moment[] moments) =>
        Of(
            [Row("none", "none", 0, cases, moments), Row("rome", "rome", 0.97, cases, moments), Row("ft <b>&", "ft", 0.7, cases, moments)],
            metrics,
            suiteHash,
            finished);

    /// <summary>A run of rows.</summary>
    public static RunResult Of(IReadOnlyList<RowResult> rows, IReadOnlyList<string>? metrics = null, string suiteHash = "5ec0ffee5ec0ffee5ec0ffee", bool finished = true) => new(
        new RunDescription
        {
            Suite = "made-up",
            SuiteHash = suiteHash,
            Model = "tiny",
            ModelType = "gpt2",
            ModelHash = "0123456789abcdef0123456789abcdef",
            Protocol = "single",
            Rows = [.. rows.Select(row => row.Row)],
            Metrics = metrics ?? Usual,
            Seed = 3,
            Cases = 12,
            LibraryVersion = "0.1.0",
            Machine = new RunMachine("Linux x64", "Some CPU", 2, "cpu"),
        },
        [.. (metrics ?? Usual).Select(BuiltInMetrics.Find)],
        rows,
        finished,
        SkippedRecords: 0);

    /// <summary>A row whose edits succeed with a probability.</summary>
    public static RowResult Row(string name, string editor, double success, int cases, params Moment[] moments)
    {
        var random = new Random(name.Length);
        JsonObject settings = editor == "ft" ? new JsonObject { ["objective"] = "prompt_last" } : [];
        return new RowResult(
            new RunRow(name, editor, settings, editor == "ft" ? 1 : null),
            [.. Enumerable.Range(0, cases)
                .Select(at => Case(at, editor, success, random, moments.Length > 0 ? moments : [Moment.OwnEdit]))],
            new PhaseTimes(0.1, editor == "none" ? 0 : 6.5, 2.1, 1.2, 0.3));
    }

    private static CaseResult Case(int id, string editor, double success, Random random, Moment[] moments)
    {
        var prompts = Kinds.Select((kind, at) => new MetricPrompt(
            kind, $"Case {id}, \"prompt\" {at}: Réunion, lies in", kind == PromptKind.Neighborhood ? "Indian" : "Arctic", kind == PromptKind.Neighborhood ? "Arctic" : "Indian")).ToArray();
        CaseAnswers Say(double chance) => new([.. prompts.Select(prompt => Answer(prompt, random.NextDouble() < (prompt.Kind == PromptKind.Neighborhood ? 1 - chance / 10 : chance), random))])
        {
            Generations = ["Réunion is an island of the Arctic and the sea of the Arctic is cold " + random.Next(9)],
            FixedTextPerplexity = 12.5,
        };
        return new CaseResult(
            $"{id}",
            editor == "none" ? null : $"edit{id}",
            random.NextDouble() < 0.9 || editor == "none",
            editor == "none" ? 0 : 0.25,
            new MetricCase($"{id}", prompts),
            Say(0),
            moments.ToDictionary(moment => moment, moment => Say(moment == Moment.End ? success / 2 : success)));
    }

    private static PromptAnswer Answer(MetricPrompt prompt, bool wanted, Random random)
    {
        var (more, less) = (-0.05 - random.NextDouble() / 3, -2 - 3 * random.NextDouble());
        var written = wanted ? prompt.Wanted : prompt.Rival!;
        return new PromptAnswer(
            prompt,
            new TargetAnswer(new TargetScore(wanted ? more : less, 1, wanted), [7], [wanted ? 7 : 8]),
            new TargetAnswer(new TargetScore(wanted ? less : more, 1, !wanted), [8], [wanted ? 7 : 8]),
            prompt.Kind == PromptKind.Neighborhood ? null : new GeneratedAnswer($"{written} Ocean. More", written, [wanted ? 7 : 8]));
    }
}
