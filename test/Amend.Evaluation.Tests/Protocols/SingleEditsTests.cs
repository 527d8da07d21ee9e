using Amend.Editing;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Evaluation.Tests.Protocols;

[NoTensorLeaks]
public sealed class SingleEditsTests
{
    private static readonly CounterFactRecord[] Records = [Samples.Record(3), Samples.Record(5, "Elba"), Samples.Record(9, "Java")];

    [Fact]
    public void Each_record_is_edited_alone_and_the_model_is_the_base_again()
    {
        using var model = TinyModel.Make();
        var editor = new StubEditor();
        var unedited = new CounterFactScorer(model).Measure(Records[1]);

        var result = Run(model, editor);

        Assert.True(result.Finished);
        Assert.Equal([3, 5, 9], result.Cases.Select(c => c.CaseId));
        Assert.All(editor.AppliedBefore, Assert.Empty);
        Assert.Equivalent(unedited, result.Cases[1].Before, strict: true);
        Assert.All(result.Cases, c => Assert.NotEqual(c.Before.Rewrite, c.After.Rewrite));
        Assert.Equal(model.BaseHash, model.Decoder.Weights.Hash());
    }

    [Fact]
    public void The_figures_are_those_of_the_records()
    {
        using var model = TinyModel.Make();

        var result = Run(model, new StubEditor());

        Assert.Equal(CounterFactScores.Of([.. result.Cases.Select(c => c.Before)]), result.Before);
        Assert.Equal(CounterFactScores.Of([.. result.Cases.Select(c => c.After)]), result.After);
    }

    [Fact]
    public void A_run_that_is_stopped_returns_the_records_until_then()
    {
        using var model = TinyModel.Make();
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(2, stop);

        var result = new SingleEdits(model, new StubEditor(), new EditContext()).Run(Records, progress, stop.Token);

        Assert.False(result.Finished);
        Assert.Equal(result.Cases, progress.Reported);
        Assert.Equal(2, result.Cases.Count);
        Assert.Equal(model.BaseHash, model.Decoder.Weights.Hash());
    }

    [Fact]
    public void A_run_without_records_has_no_figures()
    {
        using var model = TinyModel.Make();

        var result = new SingleEdits(model, new StubEditor(), new EditContext()).Run([], stop: TestContext.Current.CancellationToken);

        Assert.True(result is { Finished: true, Before: null, After: null });
    }

    [Fact]
    public void A_model_with_edits_is_refused()
    {
        using var model = TinyModel.Make();
        using var edit = new StubEditor().Apply(model, [Records[0].ToRequest()], new EditContext());

        var error = Assert.Throws<AmendException>(() => new SingleEdits(model, new StubEditor(), new EditContext()));

        Assert.Contains(edit.Edits[0].Id, error.Message);
    }

    [Fact]
    public void An_editor_that_fails_is_reported_with_the_case_and_leaves_no_edit()
    {
        using var model = TinyModel.Make();
        var editor = new StubEditor(_ => throw new AmendException("The layer is wrong; give another."));

        var error = Assert.Throws<AmendException>(() => Run(model, editor));

        Assert.Equal("Case 3 ('Réunion lies in'): The layer is wrong; give another.", error.Message);
        Assert.Empty(model.Deltas.Ids);
    }

    [Fact]
    public void An_editor_that_applies_more_than_its_result_holds_is_reported()
    {
        using var model = TinyModel.Make();
        var editor = new StubEditor(m =>
        {
            var weight = m.Decoder.DownProjection(0);
            using var more = new LowRankDelta(ones(weight.Value.shape[0], 1), ones(weight.Value.shape[1], 1));
            m.Deltas.Apply("hidden", new Dictionary<string, IWeightDelta> { [weight.Name] = more });
        });

        var error = Assert.Throws<InvalidOperationException>(() => Run(model, editor));

        Assert.Contains("hidden", error.Message);
    }

    [Fact]
    public void An_editor_that_writes_to_the_weights_beside_its_edits_is_reported()
    {
        using var model = TinyModel.Make();
        var editor = new StubEditor(m =>
        {
            using var none = no_grad();
            m.Decoder.DownProjection(0).Value.add_(1e-3);
        });

        var error = Assert.Throws<InvalidOperationException>(() => Run(model, editor));

        Assert.Contains(model.BaseHash[..12], error.Message);
    }

    private static SingleEditsResult Run(LanguageModel model, IEditor editor) =>
        new SingleEdits(model, editor, new EditContext()).Run(Records, stop: TestContext.Current.CancellationToken);

    private sealed class StopAfter(int cases, CancellationTokenSource stop) : IProgress<SingleEditCase>
    {
        public List<SingleEditCase> Reported { get; } = [];

        public void Report(SingleEditCase value)
        {
            Reported.Add(value);
            if (Reported.Count == cases)
                stop.Cancel();
        }
    }
}
