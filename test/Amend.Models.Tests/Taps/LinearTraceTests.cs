using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Taps;

[NoTensorLeaks]
public sealed class LinearTraceTests : IDisposable
{
    private const string Up = "transformer.h.0.mlp.c_fc.weight";
    private const string Fused = "transformer.h.1.attn.c_attn.weight";
    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 4);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void It_keeps_each_call_and_leaves_the_pass_as_it_is()
    {
        using var scope = NewDisposeScope();
        var before = _model.Logits(Batch());
        using var trace = new LinearTrace(_model.Transformer.Taps, Up, Fused);

        TensorAssert.Equal("logits", before, _model.Logits(Batch()));
        _model.Logits(TokenBatch.Pad([[1, 2]], 0));

        Assert.Equal([[1, 5, 16], [1, 2, 16]], trace[Up].Select(call => call.Input.shape));
        Assert.Equal([[1, 5, 48], [1, 2, 48]], trace[Fused].Select(call => call.Output.shape));
    }

    [Fact]
    public void Its_gradients_are_those_of_the_weight_summed_over_all_calls()
    {
        using var scope = NewDisposeScope();
        using var trace = new LinearTrace(_model.Transformer.Taps, Up);
        var weight = _model.Weights[Up].Value.requires_grad_(true);
        var loss = _model.Logits(Batch()).square().sum() + _model.Logits(TokenBatch.Pad([[1, 2]], 0)).square().sum();

        var expected = autograd.grad([loss], [weight], retain_graph: true)[0];
        var (input, output) = trace.Gradients(loss)[Up];

        weight.requires_grad_(false);
        Assert.Equal([7, 16], input.shape);
        TensorAssert.Close("dL/dW", expected, output.t().matmul(input), 1e-2);
    }

    [Fact]
    public void A_call_that_the_loss_does_not_depend_on_has_a_gradient_of_zeros()
    {
        using var scope = NewDisposeScope();
        using var trace = new LinearTrace(_model.Transformer.Taps, Up);
        var loss = _model.Logits(Batch()).square().sum();
        _model.Logits(TokenBatch.Pad([[1, 2]], 0));

        var output = trace.Gradients(loss)[Up].Output;

        Assert.True(output.narrow(0, 0, 5).abs().sum().item<float>() > 0);
        Assert.Equal(0, output.narrow(0, 5, 2).abs().sum().item<float>());
    }

    [Fact]
    public void Gradients_flow_through_what_it_keeps()
    {
        using var scope = NewDisposeScope();
        using var trace = new LinearTrace(_model.Transformer.Taps, Up);
        var scale = ones(1, requires_grad: true);
        using var scaled = _model.Trace().Replace(Site.AttentionOut(0), value => value * scale);
        _model.Logits(Batch());

        var gradient = autograd.grad([trace[Up][0].Input.square().sum()], [scale])[0];

        Assert.NotEqual(0, gradient.item<float>());
    }

    [Fact]
    public void A_weight_that_is_no_linear_layers_is_refused_and_nothing_stays_open()
    {
        using var value = ones(2);

        var error = Assert.Throws<AmendException>(() => new LinearTrace(_model.Transformer.Taps, Up, "transformer.wpe.weight"));

        Assert.StartsWith(
            "'transformer.wpe.weight' was asked as a linear layer; the model has 9 of them, such as '", error.Message, StringComparison.Ordinal);
        Assert.Same(value, _model.Transformer.Taps.At(Site.MlpOut(0), value));
    }

    private static TokenBatch Batch() => TokenBatch.Pad([[3, 14, 15, 9, 26]], 0);
}
