using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.DebertaV2;

/// <summary>
/// Where DeBERTa's blocks depart from BERT's: what the attention knows of distances, and the convolution beside the first.
/// </summary>
internal static class DebertaV2Block
{
    /// <summary>A block of DeBERTa.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="weights">The table.</param>
    /// <param name="layer">The block.</param>
    /// <param name="plain">The same block as BERT has it.</param>
    public static PostNormBlock Of(DebertaV2Config config, WeightTable weights, int layer, PostNormBlock plain) => plain with
    {
        Attention = config.Relative is { } relative
            ? AttentionOf(relative, config.Bert.LayerNormEpsilon, weights, layer, (AttentionLayer)plain.Attention)
            : plain.Attention,
        Convolution = layer == 0 && config.ConvKernelSize > 0 ? ConvolutionOf(config, weights) : null,
    };

    private static DisentangledAttention AttentionOf(
        DistanceConfig relative, double epsilon, WeightTable weights, int layer, AttentionLayer plain)
    {
        var distances = new RelativeEmbedding(
            Parameter.From(weights, $"{DebertaV2Weights.Distances}.weight"),
            relative.HasNorm ? LayerNorm.From(weights, DebertaV2Weights.DistanceNorm, epsilon) : null,
            relative.MostInSteps);
        return new DisentangledAttention(plain, distances)
        {
            PositionKey = relative.OfQueries ? Linear.From(weights, DebertaV2Weights.PositionKeyOf(relative, layer)) : null,
            PositionQuery = relative.OfKeys ? Linear.From(weights, DebertaV2Weights.PositionQueryOf(relative, layer)) : null,
        };
    }

    private static ConvolutionLayer ConvolutionOf(DebertaV2Config config, WeightTable weights) => new(
        Parameter.From(weights, $"{DebertaV2Weights.Convolution}.weight"),
        Parameter.From(weights, $"{DebertaV2Weights.Convolution}.bias"),
        Activations.Find(config.ConvAct),
        LayerNorm.From(weights, DebertaV2Weights.ConvolutionNorm, config.Bert.LayerNormEpsilon));
}
