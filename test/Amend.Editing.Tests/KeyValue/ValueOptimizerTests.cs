using Amend.Editing.Editors.Rome;
using Amend.Editing.KeyValue;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Subjects;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.KeyValue;

[NoTensorLeaks]
public sealed class ValueOptimizerTests : IDisposable
{
    private const int Layer = 1;
    private static readonly ContextTemplates Several = new(["{}", "So. {}", "One day. {}"]);
    private static readonly RomeOptions Free = new() { VNumGradSteps = 40, ClampNormFactor = 100, VWeightDecay = 0.01 };
    private readonly TinyModelFolder _folder = new();
    private readonly LanguageModel _model;
    private readonly RewriteBatch _batch;

    public ValueOptimizerTests()
    {
        _model = _folder.Load();
        _batch = RewriteBatch.Create(_model, new EditRequest("So they came to {}", "The Eiffel Tower", "Rome"), Several, LookupToken.SubjectLast);
    }

    public void Dispose()
    {
        _model.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_loss_falls_and_its_parts_add_up()
    {
        using var scope = NewDisposeScope();

        var (_, losses, _) = Optimize(Free);

        Assert.True(losses[^1].Total < losses[0].Total - 1, $"from {losses[0]} to {losses[^1]}");
        Assert.Equal(Enumerable.Range(0, losses.Count), losses.Select(loss => loss.Step));
        Assert.All(losses, loss => Assert.Equal(loss.Nll + loss.Kl + loss.WeightDecay, loss.Total, 1e-4));
        Assert.Equal((0, 0), (losses[0].Kl, losses[0].WeightDecay));
    }

    [Fact]
    public void By_L_BFGS_the_loss_falls_further_in_fewer_evaluations_and_the_best_change_is_kept()
    {
        using var scope = NewDisposeScope();
        var options = new RomeOptions { VLossThreshold = -1, VNumGradSteps = 20 };
        var (_, byAdam, _) = Optimize(options);

        options = options with { VOptimizer = ValueSearch.Lbfgs, VNumGradSteps = 12 };
        var (delta, losses, _) = Optimize(options);

        Assert.Equal(12, losses.Count);
        var best = losses.MinBy(loss => loss.Total)!;
        Assert.InRange(best.Total, 0, byAdam[^1].Total);
        // A search that ends with its best evaluation keeps the same change.
        TensorAssert.Equal("delta", Optimize(options with { VNumGradSteps = best.Step + 1 }).Delta, delta);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    public void The_change_stays_inside_its_ball(double factor)
    {
        using var scope = NewDisposeScope();
        using var clean = CleanPass.Run(_model, _batch, Layer);

        var (delta, _, _) = Optimize(new RomeOptions { ClampNormFactor = factor, VLossThreshold = -1 });

        Assert.InRange(delta.norm().item<float>(), 0.5 * factor * clean.Values[0].norm().item<float>(), 1.00001 * factor * clean.Values[0].norm().item<float>());
    }

    [Fact]
    public void It_stops_where_the_threshold_is_reached_and_says_so()
    {
        using var scope = NewDisposeScope();

        var (delta, losses, converged) = Optimize(new RomeOptions { VLossThreshold = 1000 });

        Assert.True(converged);
        Assert.Single(losses);
        Assert.Equal(0, delta.norm().item<float>());
    }

    [Fact]
    public void It_says_where_the_threshold_was_not_reached()
    {
        using var scope = NewDisposeScope();

        var (_, losses, converged) = Optimize(new RomeOptions { VLossThreshold = -1, VNumGradSteps = 3 });

        Assert.False(converged);
        Assert.Equal(3, losses.Count);
    }

    [Fact]
    public void The_last_step_may_reach_the_threshold()
    {
        using var scope = NewDisposeScope();
        var slow = new RomeOptions { VLr = 0.01, VWeightDecay = 0, VLossThreshold = -1, VNumGradSteps = 3 };
        var (_, losses, _) = Optimize(slow);

        var (_, again, converged) = Optimize(slow with { VLossThreshold = (losses[1].Total + losses[2].Total) / 2 });

        Assert.True(converged);
        Assert.Equal(losses, again);
    }

    [Fact]
    public void It_optimises_also_where_the_caller_has_gradients_off()
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();

        var (delta, losses, _) = Optimize(Free);

        Assert.True(losses[^1].Total < losses[0].Total);
        Assert.False(delta.requires_grad);
        Assert.False(is_grad_enabled());
    }

    [Fact]
    public void A_loss_that_is_no_number_names_step_and_rate()
    {
        using var scope = NewDisposeScope();
        using var pass = new BrokenPass(_batch, _model.Shape.Vocabulary, brokenFrom: 2);

        var failure = Assert.Throws<ArithmeticException>(() => ValueOptimizer.Optimize(pass, _batch, ones(1, 16), new RomeOptions { VLr = 7 }));

        Assert.Equal("The loss of v* became NaN at step 2 with v_lr 7; use a lower one.", failure.Message);
    }

    [Fact]
    public void A_loss_that_is_no_number_at_once_does_not_blame_the_rate()
    {
        using var scope = NewDisposeScope();
        using var pass = new BrokenPass(_batch, _model.Shape.Vocabulary, brokenFrom: 0);

        var failure = Assert.Throws<ArithmeticException>(() => ValueOptimizer.Optimize(pass, _batch, ones(1, 16), new RomeOptions()));

        Assert.Equal("The loss of v* is NaN at step 0, before anything was changed; check the model's weights and the edits that it has.", failure.Message);
    }

    private (Tensor Delta, IReadOnlyList<LossStep> Losses, bool Converged) Optimize(RomeOptions options)
    {
        using var clean = CleanPass.Run(_model, _batch, Layer);
        using var pass = new SuffixPass(_model, _batch, clean, Layer, essenceAtEnd: false);
        var values = ValueOptimizer.Optimize(pass, _batch, clean.Values.narrow(0, 0, 1), options);
        return (values.Delta, values.Losses[0], values.Converged[0]);
    }

    /// <summary>Logits that are no numbers from a step on.</summary>
    private sealed class BrokenPass(RewriteBatch batch, int vocabulary, int brokenFrom) : IRewritePass
    {
        private int _step;

        public (Tensor Target, Tensor Essence) Run(Tensor delta)
        {
            var scale = _step++ < brokenFrom ? 1 : float.NaN;
            return (zeros(batch.Prompts * batch.Targets[0].Length, vocabulary) + (delta.sum() * scale), zeros(1, vocabulary));
        }

        public void Keep(IReadOnlyList<int> requests) => Assert.Fail("A single request is never left out.");

        public void Dispose()
        {
        }
    }
}
