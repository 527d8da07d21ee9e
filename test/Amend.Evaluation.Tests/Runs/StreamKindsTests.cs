using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Tuning;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>Streams of questions on models that write.</summary>
[NoTensorLeaks]
public sealed class StreamKindsTests : IDisposable
{
    private const double Percent = 100;
    private static readonly FineTuningEditor Tuning = new(new FineTuningOptions { Layers = [1], Lr = 1e-2, NumSteps = 40, Stop = TuningStop.Prediction });
    private static readonly AskingOptions Asking = new() { Writing = new() { AnswerTokens = 4 } };
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_item_is_edited_where_the_greedy_answer_is_another_and_figures_are_the_F1_of_what_is_written(bool isEncoderDecoder)
    {
        LanguageModel Make() => isEncoderDecoder ? TinyModels.Golden("models/t5_tiny", new WrittenIds()) : TinyModel.Make();
        (string Prompt, string Target)[] items = isEncoderDecoder
            ? [("12 5 7", "9 4"), ("8 30", "9 4"), ("41 6 2 3", "22"), ("12 5 7", "9 4")]
            : [("the cat sat on", "the b"), ("a dog ran", "the b"), ("no bird sings", "q"), ("the cat sat on", "the b")];
        var upstream = isEncoderDecoder ? ("3 7 11", "5") : ("snow fell", "x");

        var result = new EvalRun(Plan(items, upstream), Make).Run(stop: TestContext.Current.CancellationToken);

        using var model = Make();
        var edited = new List<(string Prompt, string Target)>();
        foreach (var item in items)
        {
            using var batch = TargetBatch.Create(model, [item]);
            if (batch.Answers()[0].IsTarget)
                continue;
            using var made = Tuning.Apply(model, [new EditRequest(item.Prompt, null, item.Target)], new EditContext { EvenIfAnswered = true });
            edited.Add(item);
        }

        var end = EvalReport.Of(result).Rows.Single(row => row.When == Moment.End);
        Assert.Equal((edited.Count, items.Length), (end.Stream!.Edits, end.Stream.Seen));
        Assert.InRange(edited.Count, 2, items.Length);
        Assert.Equal(Percent * edited.Average(item => F1(model, item)), end.Metrics["stream.err"].Value, 1e-6);
        Assert.Equal(Percent * F1(model, upstream), end.Metrics["stream.trr"].Value, 1e-6);
        Assert.Equal(edited.Count, end.Metrics["stream.es.exact"].Count);
    }

    private RunPlan Plan((string Prompt, string Target)[] items, (string Prompt, string Target) upstream) => new()
    {
        Suite = "items",
        Source = Source("items", items),
        Protocol = BuiltInProtocols.Find("stream"),
        Rows = [new RunRow("ft", "ft", [], null)],
        Metrics = [.. new[] { "stream.err", "stream.trr", "stream.es.exact" }.Select(BuiltInMetrics.Find)],
        Asking = Asking,
        FindEditor = _ => Tuning,
        Stream = new StreamPlan(Source("upstream", upstream)),
    };

    private DatasetSource Source(string name, params (string Prompt, string Target)[] items)
    {
        var path = _folder.File($"{name}.jsonl");
        File.WriteAllLines(path, items.Select((item, id) => new JsonObject
        {
            ["id"] = $"{id}",
            ["requests"] = new JsonArray(new JsonObject { ["prompt"] = item.Prompt, ["target_new"] = item.Target }),
        }.ToJsonString()));
        return new DatasetLocator(_folder.Path).Find($"amend:{path}");
    }

    private static double F1(LanguageModel model, (string Prompt, string Target) item)
    {
        var target = new TargetScorer(model).Answers([item])[0].TargetIds;
        return SetF1.Of(new FreeWriter(model, Asking.Writing).Answers([item.Prompt])[0].AnswerIds, target);
    }
}
