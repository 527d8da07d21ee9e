using Amend.Editing.Editors.Elastic;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Tuning;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Elastic;

[NoTensorLeaks]
public sealed class ElasticEditorTests
{
    private const double Tolerance = 1e-4;
    private static readonly EditContext Context = new() { EvenIfAnswered = true };
    private static readonly EditRequest[] Requests =
    [
        new("the cat sat on", null, "b"), new("a dog ran", null, "q"), new("Elba lies in", null, "z"),
    ];

    private static readonly ElasticOptions Options = new() { Layers = [1], NumSteps = 6, EwcLambda = 1e3 };

    [Fact]
    public void Without_an_earlier_edit_there_is_nothing_to_keep_and_it_is_plain_fine_tuning()
    {
        using var model = TinyModels.Gpt2();
        using var elastic = new ElasticEditor(Options).Apply(model, [Requests[0]], Context);
        var losses = elastic.Edits[0].Record.Losses;
        var hash = model.Weights.Hash();
        elastic.Revert();

        using var plain = new FineTuningEditor(new FineTuningOptions
        {
            Layers = [1], Lr = Options.Lr, NumSteps = Options.NumSteps, Stop = TuningStop.Prediction,
        }).Apply(model, [Requests[0]], Context);

        Assert.Equal(plain.Edits[0].Record.Losses, losses);
        Assert.Equal(hash, model.Weights.Hash());
    }

    [Fact]
    public void The_penalty_is_the_fisher_information_of_the_earlier_requests_times_the_squared_way_from_the_weights_before()
    {
        using var model = TinyModels.Gpt2();
        using var first = new ElasticEditor(Options).Apply(model, [Requests[0]], Context);
        using var second = new ElasticEditor(Options).Apply(model, [Requests[1]], Context);
        using var scope = NewDisposeScope();
        var fisher = (Slope(model, Requests[0]).square() + Slope(model, Requests[1]).square()) / 2;

        using var one = new ElasticEditor(Options with { NumSteps = 1 }).Apply(model, [Requests[2]], Context);
        var step = Assert.IsType<DenseDelta>(one.Edits[0].Deltas.Values.Single()).Value.clone();
        one.Revert();
        using var third = new ElasticEditor(Options).Apply(model, [Requests[2]], Context);

        var losses = third.Edits[0].Record.Losses;
        Assert.Equal(0, losses[0].WeightDecay);
        var expected = (Options.EwcLambda * (fisher * step.square()).sum()).item<float>();
        Assert.True(expected > 1e-3, $"{expected} is too small to tell.");
        Assert.Equal(expected, losses[1].WeightDecay, Tolerance * expected);
        Assert.All(losses, loss => Assert.Equal(loss.Nll + loss.WeightDecay, loss.Total, 1e-6));
    }

    [Fact]
    public void Only_the_latest_requests_count()
    {
        using var model = TinyModels.Gpt2();
        using var first = new ElasticEditor(Options).Apply(model, [Requests[0]], Context);
        using var second = new ElasticEditor(Options).Apply(model, [Requests[1]], Context);
        using var scope = NewDisposeScope();
        var fisher = Slope(model, Requests[1]).square();

        using var third = new ElasticEditor(Options with { FisherMem = 1, NumSteps = 2 }).Apply(model, [Requests[2]], Context);
        third.Revert();
        using var one = new ElasticEditor(Options with { FisherMem = 1, NumSteps = 1 }).Apply(model, [Requests[2]], Context);

        var step = Assert.IsType<DenseDelta>(one.Edits[0].Deltas.Values.Single()).Value;
        var expected = (Options.EwcLambda * (fisher * step.square()).sum()).item<float>();
        Assert.Equal(expected, third.Edits[0].Record.Losses[1].WeightDecay, Tolerance * expected);
    }

    [Fact]
    public void An_edit_that_was_taken_back_is_not_known_any_more()
    {
        using var model = TinyModels.Gpt2();
        using var gone = new ElasticEditor(Options).Apply(model, [Requests[0]], Context);
        gone.Revert();
        using var after = new ElasticEditor(Options).Apply(model, [Requests[1]], Context);
        using var fresh = TinyModels.Gpt2();

        using var only = new ElasticEditor(Options).Apply(fresh, [Requests[1]], Context);

        Assert.Equal(only.Edits[0].Record.Losses, after.Edits[0].Record.Losses);
        Assert.Equal(fresh.Weights.Hash(), model.Weights.Hash());
    }

    private static Tensor Slope(LanguageModel model, EditRequest request)
    {
        using var gradients = enable_grad();
        using var batch = TargetBatch.Create(model, [(request.FilledPrompt, request.TargetNew)]);
        var weight = model.Transformer.DownProjection(1).Value.requires_grad_();
        try
        {
            return autograd.grad([batch.Loss()], [weight])[0].detach();
        }
        finally
        {
            weight.requires_grad_(false);
        }
    }
}
