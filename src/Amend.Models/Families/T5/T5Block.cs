using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Families.T5;

/// <summary>The layers of one T5 block; <c>Cross</c> is the decoder's attention to the encoder, <c>Linear</c> the second map of a gated MLP.</summary>
internal sealed record T5Block(
    RmsNorm AttentionNorm, AttentionLayer Attention, (RmsNorm Norm, AttentionLayer Attention)? Cross, RmsNorm MlpNorm, Linear Up, Linear? Linear, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static T5Block From(WeightTable weights, T5Config config, Stack stack, int layer)
    {
        var mlp = T5Weights.MlpPart(stack);
        string Name(int part, string name) => T5Weights.InBlock(stack, layer, part, name);
        RmsNorm Norm(int part) => RmsNorm.From(weights, Name(part, "layer_norm"), config.LayerNormEpsilon);
        Linear Map(string name) => Layers.Linear.From(weights, Name(mlp, $"DenseReluDense.{name}"));
        AttentionLayer Attention(int part, string name, RelativePositionBias? positions)
        {
            Linear Projection(string map) => Layers.Linear.From(weights, Name(part, $"{name}.{map}"));
            // Scores are not divided by the root of the head's width: the weights were initialised for it.
            var form = new AttentionForm { Scale = 1, RelativePositions = positions };
            return new AttentionLayer(Projection("q"), Projection("k"), Projection("v"), Projection("o"), config.Decoder.Heads, form);
        }

        var buckets = new RelativePositionBias(Embedding.From(weights, T5Weights.Buckets(stack)), config.MaxDistance, stack == Stack.Encoder);
        return new T5Block(
            Norm(0), Attention(0, "SelfAttention", buckets),
            stack == Stack.Decoder ? (Norm(1), Attention(1, "EncDecAttention", positions: null)) : null,
            Norm(mlp), Map(config.IsGated ? "wi_0" : "wi"), config.IsGated ? Map("wi_1") : null, Map("wo"));
    }
}
