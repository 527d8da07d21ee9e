using Amend.Models.Families;
using Amend.Models.Families.Opt;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Families.Opt;

[NoTensorLeaks]
public sealed class OptStackTests
{
    private static readonly OptConfig Plain = new(
        new ModelShape(Layers: 2, Width: 8, MlpWidth: 16, Heads: 2, Vocabulary: 20, ContextLength: 12),
        EmbeddingWidth: 8,
        "relu",
        NormsBefore: true,
        FinalNorm: true,
        Biases: false,
        NormWeights: true,
        TieWordEmbeddings: true);

    [Fact]
    public void Norms_without_weights_are_as_good_as_norms_that_scale_by_one()
    {
        using var scope = NewDisposeScope();
        using var with = OptFamily.Create(Plain, Weights(Plain));
        using var without = OptFamily.Create(Plain with { NormWeights = false }, Weights(Plain with { NormWeights = false }));

        Assert.DoesNotContain(without.Weights.All, weight => weight.Name.Contains("norm", StringComparison.Ordinal));
        TensorAssert.Equal("logits", Logits(with), Logits(without));
    }

    [Fact]
    public void The_first_position_is_in_the_third_row()
    {
        using var scope = NewDisposeScope();
        using var model = OptFamily.Create(Plain, Weights(Plain));

        var embedded = model.Embed(full(1, 1, 4, dtype: ScalarType.Int64), zeros(1, 1, dtype: ScalarType.Int64));

        var expected = model.Weights[$"{OptWeights.Tokens}.weight"].Value[4] + model.Weights[$"{OptWeights.Positions}.weight"].Value[2];
        TensorAssert.Equal("embedded", expected, embedded[0, 0]);
    }

    /// <summary>The same random linear weights with and without norms; norms scale by one and shift by zero.</summary>
    private static WeightTable Weights(OptConfig config)
    {
        using var generator = new Generator(5, CPU);
        var table = new WeightTable();
        foreach (var spec in OptWeights.Of(config))
        {
            var isNorm = spec.Name.Contains("norm", StringComparison.Ordinal);
            var value = !isNorm ? randn(spec.Shape, generator: generator) : spec.Name.EndsWith("weight", StringComparison.Ordinal) ? ones(spec.Shape) : zeros(spec.Shape);
            table.Add(new ModelWeight(spec.Name, value, spec.StoredTransposed));
        }

        return table;
    }

    private static Tensor Logits(CausalDecoder model)
    {
        var batch = TokenBatch.Pad([[5, 6, 7]], 0);
        var attention = AttentionScope.Causal(batch.Mask, 3);
        return model.Unembed(model.Blocks(model.Embed(batch.Ids, attention.Positions), attention));
    }
}
