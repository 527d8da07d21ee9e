using Amend.Editing;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Models.Effects;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Evaluation.Tests.Runs;

[NoTensorLeaks]
public sealed class EvalRunTests : IDisposable
{
    private const double Rounding = 1e-5;
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Fact]
    public void Single_edits_each_start_from_the_base_model()
    {
        var result = TinyRun.Run(_tiny.Plan);

        Assert.True(result.Finished);
        var stub = result.Rows[1];
        Assert.Equal(["0", "2", "4", "6", "8"], stub.Cases.Select(one => one.CaseId));
        Assert.Equal(5, _tiny.Editor.AppliedBefore.Count);
        Assert.All(_tiny.Editor.AppliedBefore, Assert.Empty);
        Assert.All(stub.Cases, one => Assert.NotEqual(LogProbability(one.Before), LogProbability(one.Answers[Moment.OwnEdit])));
    }

    [Fact]
    public void Without_an_editor_the_unedited_model_is_measured()
    {
        var none = TinyRun.Run(_tiny.Plan).Rows[0];

        using var model = TinyModel.Make();
        var said = new CaseAsker(model, _tiny.Plan.Asking).Ask(none.Cases[1].Case, CaseAsker.NeedsOf(_tiny.Plan.Metrics));
        Assert.All(
            none.Cases, one => Assert.Equal((null, LogProbability(one.Before)), (one.EditId, LogProbability(one.Answers[Moment.OwnEdit]))));
        Assert.Equal(LogProbability(said), LogProbability(none.Cases[1].Before), Rounding);
    }

    [Fact]
    public void The_unedited_model_is_measured_on_cases_that_name_no_subject()
    {
        using var folder = new TempFolder();
        File.WriteAllText(
            folder.File("cases.jsonl"), """{"id":"a","requests":[{"prompt":"Java lies in","target_new":"Asia","target_true":"Africa"}]}""");
        var source = new DatasetLocator(folder.Path).Find($"amend:{folder.File("cases.jsonl")}");

        var result = TinyRun.Run(_tiny.Plan with { Source = source, Rows = [_tiny.Plan.Rows[0]] });

        Assert.True(result.Finished);
        Assert.Equal("Java lies in", Assert.Single(result.Rows[0].Cases).Case.Prompts[0].Prompt);
    }

    [Fact]
    public void Batches_are_edited_together_and_measured_after_their_batch()
    {
        var result = TinyRun.Run(_tiny.Plan with { Protocol = BuiltInProtocols.Find("batch"), BatchSize = 2 });

        var stub = result.Rows[1];
        Assert.Equal(3, _tiny.Editor.AppliedBefore.Count);
        Assert.All(_tiny.Editor.AppliedBefore, Assert.Empty);
        Assert.Equal(
            [1, 1, 2, 2, 3],
            stub.Cases.Select(
                one => stub.Cases.TakeWhile(other => other != one).Select(other => other.EditId).Append(one.EditId).Distinct().Count()));
        Assert.All(stub.Cases, one => Assert.Equal([Moment.OwnBatch], one.Answers.Keys));
    }

    [Fact]
    public void Sequential_edits_stay_and_are_measured_at_their_time_and_at_the_end()
    {
        var result = TinyRun.Run(_tiny.Plan with { Protocol = BuiltInProtocols.Find("sequential") });

        var stub = result.Rows[1];
        Assert.Equal([0, 1, 2, 3, 4], _tiny.Editor.AppliedBefore.Select(ids => ids.Count));
        Assert.Equal(LogProbability(stub.Cases[4].Answers[Moment.OwnEdit]), LogProbability(stub.Cases[4].Answers[Moment.End]), Rounding);
        Assert.NotEqual(LogProbability(stub.Cases[0].Answers[Moment.OwnEdit]), LogProbability(stub.Cases[0].Answers[Moment.End]), Rounding);
        Assert.False(Directory.Exists(Path.Combine(_tiny.Folder, "edits", "1")));
    }

    [Theory]
    [InlineData("single", 1)]
    [InlineData("batch", 2)]
    public void A_run_goes_on_with_more_cases_and_gives_what_a_run_of_all_gives(string protocol, int size)
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find(protocol), BatchSize = size };
        var whole = TinyRun.Run(_tiny.Elsewhere(plan, "whole"));
        _tiny.Editor.AppliedBefore.Clear();

        var first = TinyRun.Run(plan with { Cases = 2 });
        var result = TinyRun.Run(plan);

        Assert.Equal((2, 5), (first.Rows[1].Cases.Count, result.Rows[1].Cases.Count));
        Assert.Equal((5 + size - 1) / size, _tiny.Editor.AppliedBefore.Count);
        Assert.Equivalent(Said(whole), Said(result), strict: true);
    }

    [Fact]
    public void The_unedited_model_is_asked_for_facts_that_name_no_new_object_and_no_other_editor_is()
    {
        using var folder = new TempFolder();
        File.WriteAllText(
            folder.File("facts.jsonl"),
            """{"known_id":3,"subject":"Java","attribute":"Asia","prompt":"Java lies in","relation_id":"P30"}""");
        var source = new DatasetLocator(folder.Path).Find($"known:{folder.File("facts.jsonl")}");
        var plan = _tiny.Plan with { Source = source, Metrics = [BuiltInMetrics.Find("tf.first")] };

        var result = TinyRun.Run(_tiny.Elsewhere(plan with { Rows = [_tiny.Plan.Rows[0]] }, "facts"));
        var error = Assert.Throws<AmendException>(() => TinyRun.Run(plan));

        var asked = Assert.Single(Assert.Single(result.Rows[0].Cases).Case.Prompts);
        Assert.Equal(("Java lies in", "Asia", null), (asked.Prompt, asked.Wanted, asked.Rival));
        Assert.Contains("names no new target", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("single", 1)]
    [InlineData("batch", 2)]
    [InlineData("sequential", 1)]
    [InlineData("sequential", 2)]
    public void A_run_that_is_stopped_after_every_measurement_gives_what_an_undisturbed_one_gives(string protocol, int size)
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find(protocol), BatchSize = size };
        var whole = TinyRun.Run(_tiny.Elsewhere(plan, "whole"));
        _tiny.Editor.AppliedBefore.Clear();

        var starts = 1;
        var result = TinyRun.RunALittle(plan);
        for (; !result.Finished && starts < 100; starts++)
            result = TinyRun.RunALittle(plan);

        Assert.InRange(starts, 4, 20);
        Assert.Equal((5 + size - 1) / size, _tiny.Editor.AppliedBefore.Count);
        Assert.Equivalent(Said(whole), Said(result), strict: true);
    }

    [Fact]
    public void A_run_that_breaks_off_while_a_measurement_is_written_gives_what_an_undisturbed_one_gives()
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find("sequential"), BatchSize = 2 };
        var whole = TinyRun.Run(_tiny.Elsewhere(plan, "whole"));
        IRunResults Failing(RunDescription run)
        {
            Directory.CreateDirectory(plan.Folder!);
            return new FailingResults(RunDatabase.Open(Path.Combine(plan.Folder!, "run.db"), run), writes: 4);
        }

        Assert.Throws<IOException>(() => TinyRun.Run(plan with { OpenResults = Failing }));

        Assert.Equivalent(Said(whole), Said(TinyRun.Run(plan)), strict: true);
    }

    [Fact]
    public void The_edits_of_a_sequence_whose_files_are_gone_are_asked_for_by_name()
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find("sequential"), Rows = [_tiny.Plan.Rows[1]] };
        while (!Directory.Exists(Path.Combine(_tiny.Folder, "edits")))
            TinyRun.RunALittle(plan);
        Directory.Delete(Path.Combine(_tiny.Folder, "edits"), recursive: true);

        Assert.Contains("give another --out", Assert.Throws<AmendException>(() => TinyRun.Run(plan)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_finished_run_is_not_run_again()
    {
        var first = TinyRun.Run(_tiny.Plan);
        _tiny.Editor = new StubEditor(_ => throw new AmendException("No edit was needed."));

        Assert.Equivalent(Said(first), Said(TinyRun.Run(_tiny.Plan)), strict: true);
    }

    [Fact]
    public void Two_evaluations_do_not_write_to_one_folder_at_once()
    {
        string? told = null;
        var other = new Asker(() => told ??= Assert.Throws<AmendException>(() => TinyRun.Run(_tiny.Plan)).Message);

        var result = new EvalRun(_tiny.Plan, () => TinyModel.Make()).Run(other, TestContext.Current.CancellationToken);

        Assert.True(result.Finished);
        Assert.Equal(
            $"Another evaluation writes to '{Path.Combine(_tiny.Folder, "run.db")}'; wait until it ends, or give another --out.", told);
    }

    private sealed class Asker(Action ask) : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => ask();
    }

    [Fact]
    public void The_folder_of_another_run_is_refused_by_what_differs()
    {
        TinyRun.Run(_tiny.Plan);

        var error = Assert.Throws<AmendException>(() => TinyRun.Run(_tiny.Plan with { Context = new EditContext { Seed = 3 } }));

        Assert.Contains("its seed is 0, and 3 was asked", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("single")]
    [InlineData("sequential")]
    public void Models_beside_each_other_give_the_same(string protocol)
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find(protocol) };

        var (alone, beside) = (
            TinyRun.Run(_tiny.Elsewhere(plan, "alone")), TinyRun.Run(_tiny.Elsewhere(plan with { Parallel = 2 }, "beside")));

        Assert.True(beside.Finished);
        Assert.All(alone.Rows[1].Cases, (one, at) => Assert.All(one.Answers, said =>
            Assert.Equal(LogProbability(said.Value), LogProbability(beside.Rows[1].Cases[at].Answers[said.Key]), Rounding)));
    }

    [Fact]
    public void An_editor_that_fails_is_reported_with_the_case_and_what_was_done_is_kept()
    {
        var calls = 0;
        _tiny.Editor = new StubEditor(_ => calls += calls == 2 ? throw new AmendException("The layer is wrong; give another.") : 1);

        var error = Assert.Throws<AmendException>(() => TinyRun.Run(_tiny.Plan));

        Assert.Equal("stub, case 4 ('Java lies in'): The layer is wrong; give another.", error.Message);
        _tiny.Editor = new StubEditor();
        Assert.True(TinyRun.Run(_tiny.Plan).Finished);
        Assert.Equal(3, _tiny.Editor.AppliedBefore.Count);
    }

    [Fact]
    public void An_editor_that_applies_more_than_its_result_holds_is_reported()
    {
        _tiny.Editor = new StubEditor(model =>
        {
            var weight = model.Transformer.DownProjection(0);
            using var more = new LowRankDelta(ones(weight.Value.shape[0], 1), ones(weight.Value.shape[1], 1));
            model.Applied.Apply("hidden", [new WeightEffect(weight.Name, more)]);
        });

        Assert.Contains(
            "hidden", Assert.Throws<InvalidOperationException>(() => TinyRun.Run(_tiny.Plan)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_editor_that_writes_to_the_weights_beside_its_edits_is_reported()
    {
        _tiny.Editor = new StubEditor(model =>
        {
            using var none = no_grad();
            model.Transformer.DownProjection(0).Value.add_(1e-3);
        });

        Assert.Contains("hash", Assert.Throws<InvalidOperationException>(() => TinyRun.Run(_tiny.Plan)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_with_edits_is_refused()
    {
        var plan = _tiny.Plan;
        LanguageModel Edited()
        {
            var model = TinyModel.Make();
            using var edit = new StubEditor().Apply(model, [Samples.Case().ToEditRequests()[0]], new EditContext());
            return model;
        }

        Assert.Throws<AmendException>(() => new EvalRun(plan, Edited).Run(stop: TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("single", 2, 0, 1, "protocol single")]
    [InlineData("batch", 0, 0, 1, "at least 1")]
    [InlineData("single", null, -1, 1, "offset of -1")]
    [InlineData("single", null, 0, 0, "0 models")]
    public void A_plan_that_cannot_be_run_is_refused(string protocol, int? size, int offset, int parallel, string names)
    {
        var plan = _tiny.Plan with { Protocol = BuiltInProtocols.Find(protocol), BatchSize = size, Offset = offset, Parallel = parallel };

        Assert.Contains(names, Assert.Throws<AmendException>(plan.Validated).Message, StringComparison.Ordinal);
    }

    private static double LogProbability(CaseAnswers said) => said.Prompts[0].Wanted.Score.LogProbability;

    private static object Said(RunResult result) =>
        result.Rows.Select(row => row.Cases.Select(one => new { one.CaseId, one.Converged, one.Before, one.Answers }));
}
