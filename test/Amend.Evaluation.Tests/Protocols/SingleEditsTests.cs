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
    private static readonly EditCase[] Cases = [Case(3, "Réunion"), Case(5, "Elba"), Case(9, "Java")];
    private static readonly IMetric[] Metrics = [BuiltInMetrics.Find("cf.es"), BuiltInMetrics.Find("cf.ns")];

    [Fact]
    public void Each_case_is_edited_alone_and_the_model_is_the_base_again()
    {
        using var model = TinyModel.Make();
        var editor = new StubEditor();
        var unedited = new CaseScorer(model).Ask(MetricCase.Of(Cases[1]), CaseScorer.NeedsOf(Metrics));

        var result = Run(model, editor);

        Assert.True(result.Finished);
        Assert.Equal(["3", "5", "9"], result.Cases.Select(c => c.CaseId));
        Assert.All(editor.AppliedBefore, Assert.Empty);
        Assert.Equivalent(unedited, result.Cases[1].Before, strict: true);
        Assert.All(result.Cases, c => Assert.NotEqual(
            c.Before.Prompts[0].Wanted.Score.LogProbability, c.Answers[Moment.OwnEdit].Prompts[0].Wanted.Score.LogProbability));
        Assert.Equal(model.BaseHash, model.Decoder.Weights.Hash());
    }

    [Fact]
    public void The_figures_are_the_metrics_over_the_cases()
    {
        using var model = TinyModel.Make();

        var result = Run(model, new StubEditor());

        Assert.All(Metrics, metric => Assert.Equal(metric.Over([.. result.Cases.Select(c => c.At(Moment.OwnEdit)!)], seed: 0), result.Figure(metric)));
    }

    [Fact]
    public void Without_an_editor_the_unedited_model_is_measured()
    {
        using var model = TinyModel.Make();

        var result = new SingleEdits(model, null, new EditContext(), Metrics).Run(Cases, stop: TestContext.Current.CancellationToken);

        Assert.All(result.Cases, c => Assert.Equal((null, c.Before), (c.EditId, c.Answers[Moment.OwnEdit])));
    }

    [Fact]
    public void A_run_that_is_stopped_returns_the_cases_until_then()
    {
        using var model = TinyModel.Make();
        using var stop = new CancellationTokenSource();
        var progress = new StopAfter(2, stop);

        var result = new SingleEdits(model, new StubEditor(), new EditContext(), Metrics).Run(Cases, progress, stop.Token);

        Assert.False(result.Finished);
        Assert.Equal(result.Cases, progress.Reported);
        Assert.Equal(2, result.Cases.Count);
        Assert.Equal(model.BaseHash, model.Decoder.Weights.Hash());
    }

    [Fact]
    public void A_run_without_cases_has_figures_that_are_no_numbers()
    {
        using var model = TinyModel.Make();

        var result = new SingleEdits(model, new StubEditor(), new EditContext(), Metrics).Run([], stop: TestContext.Current.CancellationToken);

        Assert.True(result.Finished);
        Assert.True(double.IsNaN(result.Figure(Metrics[0]).Value));
    }

    [Fact]
    public void A_model_with_edits_is_refused()
    {
        using var model = TinyModel.Make();
        using var edit = new StubEditor().Apply(model, Cases[0].ToEditRequests(), new EditContext());

        var error = Assert.Throws<AmendException>(() => new SingleEdits(model, new StubEditor(), new EditContext(), Metrics));

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
        new SingleEdits(model, editor, new EditContext(), Metrics).Run(Cases, stop: TestContext.Current.CancellationToken);

    private static EditCase Case(int id, string subject)
    {
        var record = Samples.Record(id, subject);
        var (rewrite, request) = (record.RequestedRewrite, record.ToRequest());
        return new EditCase
        {
            Id = $"{id}",
            Requests = [new CaseRequest(request.Prompt) { Subject = subject, TargetNew = rewrite.TargetNew.Str, TargetTrue = rewrite.TargetTrue.Str }],
            Paraphrases = record.ParaphrasePrompts,
            Neighborhood = [.. record.NeighborhoodPrompts.Select(prompt => new CasePrompt(prompt))],
        };
    }

    private sealed class StopAfter(int cases, CancellationTokenSource stop) : IProgress<CaseResult>
    {
        public List<CaseResult> Reported { get; } = [];

        public void Report(CaseResult value)
        {
            Reported.Add(value);
            if (Reported.Count == cases)
                stop.Cancel();
        }
    }
}
