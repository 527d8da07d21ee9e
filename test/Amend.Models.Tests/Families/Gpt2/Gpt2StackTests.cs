using Amend.Models.Families;
using Amend.Models.Families.Gpt2;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Families.Gpt2;

[NoTensorLeaks]
public sealed class Gpt2StackTests
{
    /// <summary>float32 sums of the same products in another order.</summary>
    private const double Tolerance = 2e-5;

    private static readonly Gpt2Config Plain = new(TinyModels.Gpt2Shape(), 1e-5, "gelu_new", true, false, TieWordEmbeddings: true);

    [Fact]
    public void Scaling_by_the_inverse_layer_index_is_as_good_as_smaller_queries()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Plain with { ScaleAttnByInverseLayerIdx = true });
        using var same = Model(Plain, weights => ScaleQueries(weights, layer: 1, 1 / 2.0));

        TensorAssert.Close("hidden", Hidden(same), Hidden(model), Tolerance);
        using var plain = Model(Plain);
        Assert.False(allclose(Hidden(plain), Hidden(model), 1e-3, 1e-3));
    }

    [Fact]
    public void Without_scaled_scores_the_queries_are_as_good_as_larger_by_the_root_of_the_heads_width()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Plain with { ScaleAttnWeights = false });
        using var same = Model(Plain, weights =>
        {
            ScaleQueries(weights, layer: 0, 2);
            ScaleQueries(weights, layer: 1, 2);
        });

        TensorAssert.Close("hidden", Hidden(same), Hidden(model), Tolerance);
    }

    [Fact]
    public void A_head_of_its_own_gives_the_logits()
    {
        using var scope = NewDisposeScope();
        var weights = TinyModels.Gpt2Weights(Plain.Shape, seed: 8);
        var head = weights.Add(new ModelWeight($"{Gpt2Weights.Head}.weight", weights[$"{Gpt2Weights.Tokens}.weight"].Value * 2, StoredTransposed: false));
        using var untied = Gpt2Family.Create(Plain with { TieWordEmbeddings = false }, weights);
        using var tied = Model(Plain);

        TensorAssert.Close("logits", tied.Unembed(Hidden(tied)) * 2, untied.Unembed(Hidden(untied)), 1e-4);
        Assert.Equal([64, 16], head.shape);
    }

    [Fact]
    public void A_pass_may_stop_before_a_block_and_go_on_from_there()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Plain);
        using var inference = inference_mode();
        var batch = TokenBatch.Pad([[5, 6, 7]], 0);
        var attention = AttentionScope.Causal(batch.Mask, 3);

        var half = model.Blocks(model.Embed(batch.Ids, attention.Positions), attention, endLayer: 1);
        var rest = model.Blocks(half, attention, startLayer: 1);

        TensorAssert.Equal("hidden", Hidden(model), rest);
    }

    [Fact]
    public void The_down_projection_is_out_by_in_and_only_of_layers_that_exist()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Plain);

        Assert.Equal("transformer.h.1.mlp.c_proj.weight", model.DownProjection(1).Name);
        Assert.Equal([16, 64], model.DownProjection(1).Value.shape);
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => model.DownProjection(2));
        Assert.StartsWith("Layer 2 was asked; the model has layers 0 to 1.", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.DownProjection(-1));
    }

    [Fact]
    public void No_weight_asks_for_a_gradient()
    {
        using var scope = NewDisposeScope();
        using var model = Model(Plain);

        Assert.DoesNotContain(model.Weights.All, weight => weight.Value.requires_grad);
        Assert.False(Hidden(model).requires_grad);
    }

    private static CausalDecoder Model(Gpt2Config config, Action<WeightTable>? change = null)
    {
        var weights = TinyModels.Gpt2Weights(config.Shape, seed: 8);
        change?.Invoke(weights);
        return Gpt2Family.Create(config, weights);
    }

    private static Tensor Hidden(CausalDecoder model)
    {
        var batch = TokenBatch.Pad([[5, 6, 7]], 0);
        var attention = AttentionScope.Causal(batch.Mask, 3);
        return model.Blocks(model.Embed(batch.Ids, attention.Positions), attention);
    }

    private static void ScaleQueries(WeightTable weights, int layer, double factor)
    {
        weights[Gpt2Weights.InBlock(layer, "attn.c_attn.weight")].Value.narrow(0, 0, 16).mul_(factor);
        weights[Gpt2Weights.InBlock(layer, "attn.c_attn.bias")].Value.narrow(0, 0, 16).mul_(factor);
    }
}
