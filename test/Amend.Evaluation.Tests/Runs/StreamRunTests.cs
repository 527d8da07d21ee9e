using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Tuning;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>A stream of claims on a tiny classifier, corrected by fine-tuning until the prediction is right.</summary>
[NoTensorLeaks]
public sealed class StreamRunTests : IDisposable
{
    private static readonly string[] Metrics =
        ["stream.es", "stream.err", "stream.trr", "stream.mean", "stream.holdout", "stream.arr", "stream.err.exact"];

    private static readonly FineTuningEditor Tuning = new(new FineTuningOptions { Layers = [1], Lr = 1e-2, NumSteps = 60, Stop = TuningStop.Prediction });
    private static readonly string[] Upstream = ["the hill is red", "rain falls now", "a bird sings", "who knows the cat"];
    private readonly ClaimRun _claims = new();
    private readonly TempFolder _folder = new();

    private RunPlan Plan => _claims.Plan with
    {
        Source = _claims.Source([.. ClaimRun.Claims.Select((claim, place) => ClaimRun.Claim(place, claim, LabelAt(place)))]),
        Protocol = BuiltInProtocols.Find("stream"),
        Rows = [new RunRow("none", "none", [], null), new RunRow("ft", "ft", [], null)],
        Metrics = [.. Metrics.Select(BuiltInMetrics.Find)],
        FindEditor = name => name == NoEdit.EditorName ? new NoEdit() : Tuning,
        Stream = new StreamPlan(Labelled(Upstream)) { MeasureEvery = 2, Holdout = Labelled(["no dog ran", "snow is red"]) },
    };

    public void Dispose()
    {
        _claims.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_stream_gives_what_the_same_questions_and_edits_give_by_hand()
    {
        var row = _claims.Run(Plan).Rows[1];

        using var model = _claims.Model();
        var (edited, passed) = (new List<int>(), new List<int>());
        foreach (var (place, claim) in ClaimRun.Claims.Index())
        {
            if (Predicted(model, claim) == LabelAt(place))
            {
                passed.Add(place);
                continue;
            }

            using var made = Tuning.Apply(
                model, [new EditRequest(claim, null, LabelAt(place))], new EditContext { InTurn = true, EvenIfAnswered = true });
            edited.Add(place);
            Assert.Equal(Predicted(model, claim) == LabelAt(place), row.Cases[place].At(Moment.OwnEdit)!.Now.IsRight);
            if (edited.Count % 2 == 0)
                AssertSame(row, Moment.After(edited.Count), model, [.. edited, .. passed]);
        }

        Assert.True(edited.Count >= 3 && passed.Count >= 1, $"{edited.Count} were edited and {passed.Count} passed over.");
        Assert.Equal(edited, Enumerable.Range(0, ClaimRun.Claims.Length).Where(place => row.Cases[place].EditId is not null));
        AssertSame(row, Moment.End, model, [.. edited, .. passed]);
    }

    [Fact]
    public void Figures_are_of_the_cases_that_a_metric_is_of()
    {
        var report = EvalReport.Of(_claims.Run(Plan));

        Assert.Equal("at the end", Assert.Single(report.MainMoments).Name);
        var (none, end) = (AtEnd(report)[0], AtEnd(report)[1]);
        var passed = ClaimRun.Claims.Length - end.Cases;
        Assert.Equal(
            [end.Cases, end.Cases, Upstream.Length, end.Cases + Upstream.Length, 2, passed],
            Metrics.Take(6).Select(id => end.Metrics[id].Count));
        Assert.Equal((end.Metrics["stream.err"].Value + end.Metrics["stream.trr"].Value) / 2, end.Metrics["stream.mean"].Value, 1e-9);
        Assert.Equal(100, end.Metrics["stream.es"].Value);
        Assert.Equal(0, none.Metrics["stream.err"].Value);
        Assert.Equal(100, none.Metrics["stream.arr"].Value);
        Assert.Equal(end.Metrics["stream.err"], end.Metrics["stream.err.exact"]);
        Assert.Equal(new ReportStream(end.Cases, ClaimRun.Claims.Length, 100.0 * passed / ClaimRun.Claims.Length, Bytes()), end.Stream);
        Assert.Equal((0, ClaimRun.Claims.Length, 0L), (none.Stream!.Edits, none.Stream.Seen, none.Stream.EditedBytes));
        Assert.All(
            report.Course().Where(row => row.When.IsOnTheWay), row => Assert.Equal(Moment.After(row.Stream!.Edits), row.When));
        Assert.Contains(report.Course(), row => row.When.IsOnTheWay);
    }

    [Fact]
    public void A_stream_that_is_stopped_again_and_again_gives_what_an_undisturbed_one_gives()
    {
        var whole = EvalReport.Of(_claims.Run(Plan with { Folder = _folder.File("whole") }));
        var plan = Plan with { Folder = _folder.File("stopped") };

        var (result, starts) = (RunALittle(plan), 1);
        for (; !result.Finished && starts < 60; starts++)
            result = RunALittle(plan);

        Assert.InRange(starts, ClaimRun.Claims.Length, 59);
        var report = EvalReport.Of(result);
        Assert.Equal(CasesCsv.Write(whole), CasesCsv.Write(report));
        Assert.Equal(whole.Course().Select(row => (row.Editor, row.When, row.Stream)), report.Course().Select(row => (row.Editor, row.When, row.Stream)));
        Assert.Empty(Directory.GetDirectories(_folder.File("stopped/edits")));
    }

    [Theory]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("every")]
    public void An_item_that_is_right_where_the_reference_fails_loses_no_figure(string right)
    {
        using var model = _claims.Model();
        var records = ClaimRun.Claims.Take(4).Select((claim, place) =>
        {
            var isRight = right == "every" || (right == "first" ? place == 0 : place == 3);
            var predicted = Predicted(model, claim);
            return ClaimRun.Claim(place, claim, isRight ? predicted : predicted == "SUPPORTS" ? "REFUTES" : "SUPPORTS");
        });

        // Edits of nothing leave the other predictions as they were.
        var result = _claims.Run(Plan with { Source = _claims.Source([.. records]), Rows = [new RunRow("none", "none", [], null)] });

        var end = AtEnd(EvalReport.Of(result)).Single();
        Assert.Equal((4, right == "every" ? 0 : 3), (end.Stream!.Seen, end.Cases));
        Assert.Equal(Upstream.Length, end.Metrics["stream.trr"].Count);
        Assert.Equal(right == "every" ? 100 : 25, end.Stream.RightOnArrival);
    }

    [Fact]
    public void A_stream_ends_after_the_edits_that_are_asked_for()
    {
        var plan = Plan with { Stream = Plan.Stream! with { MostEdits = 2 } };

        var row = EvalReport.Of(_claims.Run(plan)).Rows.Where(row => row.Editor == "ft").ToList();

        Assert.Equal([Moment.OwnEdit, Moment.After(2), Moment.End], row.Select(one => one.When));
        Assert.Equal([2, 2], row.Skip(1).Select(one => one.Stream!.Edits));
        Assert.Equal(row[1].Metrics["stream.trr"], row[2].Metrics["stream.trr"]);
        Assert.InRange(row[2].Stream!.Seen, 2, ClaimRun.Claims.Length - 1);
    }

    [Fact]
    public void What_was_passed_over_is_asked_again_only_where_a_metric_is_of_it()
    {
        var row = _claims.Run(Plan with { Metrics = [BuiltInMetrics.Find("stream.err"), BuiltInMetrics.Find("stream.trr")] }).Rows[1];

        Assert.Contains(row.Cases, one => one.At(Moment.OnArrival) is { Role: CaseRole.PassedOver });
        Assert.All(
            row.Cases.Where(one => one.At(Moment.OnArrival) is { Role: CaseRole.PassedOver }),
            one => Assert.Equal([Moment.OnArrival], one.Answers.Keys));
    }

    [Fact]
    public void A_stream_without_upstream_data_is_refused() => Refused(
        Plan with { Stream = null },
        "The protocol stream measures what the model was made for, too, and no data for that were given; name them with --upstream FORMAT:PATH.");

    [Fact]
    public void Upstream_data_without_a_stream_are_refused() => Refused(
        Plan with { Protocol = BuiltInProtocols.Find("single") },
        "Upstream data were given, and the protocol single measures none; use --protocol stream, or leave them out.");

    [Fact]
    public void To_measure_every_0_edits_is_refused() => Refused(
        Plan with { Stream = Plan.Stream! with { MeasureEvery = 0 } },
        "A stream that is measured every 0 edits and ends after all, on 1000 cases of upstream, was asked; give counts of at least 1.");

    [Fact]
    public void A_batch_in_a_stream_is_refused() => Refused(
        Plan with { BatchSize = 2 },
        "Batches of 2 were asked, and the protocol stream edits 1 case at a time; use batch or sequential.");

    [Fact]
    public void Upstream_data_of_other_labels_are_refused() => Refused(
        Plan with { Stream = new StreamPlan(_claims.Source("labelled", new JsonObject { ["text"] = "rain", ["label"] = "Taxes" })) },
        "has no case that 'tiny-claims' can be asked as upstream, whose labels are Taxes; give other data.");

    [Fact]
    public void An_item_without_a_label_is_refused() => Refused(
        Plan with { Source = _claims.Source("labelled", new JsonObject { ["text"] = "rain" }) },
        "line 1: field label is missing; correct the record, or skip bad records.");

    [Fact]
    public void An_item_of_facts_without_a_new_object_is_refused()
    {
        using var tiny = new TinyRun();
        var facts = _claims.Source("amend", new JsonObject
        {
            ["id"] = "a",
            ["requests"] = new JsonArray(new JsonObject { ["prompt"] = "Java lies in", ["target_true"] = "Asia" }),
        });
        var message = Assert.Throws<AmendException>(() => TinyRun.Run(Plan with { Source = facts, Stream = new StreamPlan(tiny.Plan.Source) })).Message;

        Assert.StartsWith("Case a of '", message, StringComparison.Ordinal);
        Assert.EndsWith(
            "names no new target, and an item of a stream is edited to one where the model is wrong; use a data set with edits.",
            message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Labelled_texts_in_a_stream_of_a_decoder_are_refused() => Assert.EndsWith(
        "and 'tiny' is GPT2LMHeadModel; give a classifier of at least two labels.",
        Assert.Throws<AmendException>(() => TinyRun.Run(Plan)).Message,
        StringComparison.Ordinal);

    private void Refused(RunPlan plan, string message) =>
        Assert.EndsWith(message, Assert.Throws<AmendException>(() => _claims.Run(plan)).Message.TrimEnd(), StringComparison.Ordinal);

    private RunResult RunALittle(RunPlan plan)
    {
        using var stop = new CancellationTokenSource();
        return new EvalRun(plan, _claims.Model).Run(new Stopper(stop), stop.Token);
    }

    private DatasetSource Labelled(string[] texts) =>
        _claims.Source([.. texts.Select((text, id) => ClaimRun.Claim(id, text, id % 3 == 0 ? "SUPPORTS" : "REFUTES"))]);

    private static List<ReportRow> AtEnd(EvalReport report) => [.. report.Rows.Where(row => row.When == Moment.End)];

    private long Bytes()
    {
        using var model = _claims.Model();
        var weight = model.Transformer.DownProjection(1).Value;
        return weight.NumberOfElements * weight.ElementSize;
    }

    private static string LabelAt(int place) => place / 2 % 2 == 0 ? "SUPPORTS" : "REFUTES";

    private static string Predicted(LanguageModel model, string claim) => model.Classify(claim)[0].Label;

    private static void AssertSame(RowResult row, Moment moment, LanguageModel model, int[] places)
    {
        var measured = row.Cases.Where(one => one.At(moment) is not null).ToList();
        Assert.Equal(places.Length + Upstream.Length + 2, measured.Count);
        Assert.All(measured, one =>
        {
            var prompt = one.Case.Prompts.Single();
            Assert.Equal(Predicted(model, prompt.Prompt) == prompt.Wanted, one.At(moment)!.Now.IsRight);
        });
        Assert.Equal(places.Select(place => ClaimRun.Claims[place]).Order(), measured
            .Where(one => one.Case.Role == CaseRole.Edited).Select(one => one.Case.Prompts.Single().Prompt).Order());
    }

    private sealed class Stopper(CancellationTokenSource stop) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => stop.Cancel();
    }
}
