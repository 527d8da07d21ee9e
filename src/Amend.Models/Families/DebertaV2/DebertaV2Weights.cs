using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.DebertaV2;

/// <summary>
/// The names and shapes of DeBERTa's parameters on disk, as far as they are not those of <see cref="BertWeights"/>: the only place that
/// knows them.
/// </summary>
internal static class DebertaV2Weights
{
    /// <summary>The vectors of distances, <c>[2S,D]</c>.</summary>
    public const string Distances = $"{Prefix}encoder.rel_embeddings";

    /// <summary>The norm of those vectors.</summary>
    public const string DistanceNorm = $"{Prefix}encoder.LayerNorm";

    /// <summary>The convolution beside the first block.</summary>
    public const string Convolution = $"{Prefix}encoder.conv.conv";

    /// <summary>The norm behind it.</summary>
    public const string ConvolutionNorm = $"{Prefix}encoder.conv.LayerNorm";

    private const string Prefix = "deberta.";
    private const string PositionKey = "attention.self.pos_key_proj";
    private const string PositionQuery = "attention.self.pos_query_proj";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".position_ids", ".position_embeddings.weight", ".position_embeddings._weight"],
    };

    private static PostNormNames Block { get; } = BertWeights.Block with
    {
        Query = "attention.self.query_proj",
        Key = "attention.self.key_proj",
        Value = "attention.self.value_proj",
    };

    /// <summary>The parameters of embedding and blocks, in order.</summary>
    public static IEnumerable<WeightSpec> Of(DebertaV2Config config)
    {
        long width = config.Bert.Shape.Width;
        return
        [
            .. Encoder(config).Weights,
            .. config.Relative is { } relative ? OfDistances(relative, config.Bert.Shape.Layers, width) : [],
            .. config.ConvKernelSize == 0
                ? Array.Empty<WeightSpec>()
                :
                [
                    new($"{Convolution}.weight", [width, width, config.ConvKernelSize]),
                    new($"{Convolution}.bias", [width]),
                    .. WeightSpec.LayerNorm(ConvolutionNorm, width),
                ],
        ];
    }

    /// <summary>Embedding and blocks, without what departs from BERT's.</summary>
    public static PostNormForm Encoder(DebertaV2Config config) => BertWeights.Encoder(config.Bert, Prefix) with
    {
        Input = BertWeights.Input(Prefix) with { Positions = config.HasPositions ? Prefix + BertWeights.Positions : null },
        Block = Block,
    };

    /// <summary>The head of a classifier: the pooler, and the map to the labels.</summary>
    public static ClassifierForm ClassifierHead(DebertaV2Config config) =>
        new("pooler.dense", Activations.Find(config.PoolerHiddenAct), "classifier", config.Bert.Shape.Width);

    /// <summary>The map of distances that queries meet.</summary>
    public static string PositionKeyOf(DistanceConfig relative, int layer) =>
        InBlock(layer, relative.SharesProjections ? Block.Key : PositionKey);

    /// <summary>The map of distances that keys meet.</summary>
    public static string PositionQueryOf(DistanceConfig relative, int layer) =>
        InBlock(layer, relative.SharesProjections ? Block.Query : PositionQuery);

    private static IEnumerable<WeightSpec> OfDistances(DistanceConfig relative, int layers, long width)
    {
        IEnumerable<WeightSpec> Map(string name, bool bias) => WeightSpec.Linear(name, width, width, bias);
        return
        [
            WeightSpec.Table(Distances, 2 * relative.Span, width),
            .. relative.HasNorm ? WeightSpec.LayerNorm(DistanceNorm, width) : [],
            .. from layer in Enumerable.Range(0, relative.SharesProjections ? 0 : layers)
               from spec in (IEnumerable<WeightSpec>)
               [
                   .. relative.OfQueries ? Map(PositionKeyOf(relative, layer), bias: true) : [],
                   .. relative.OfKeys ? Map(PositionQueryOf(relative, layer), bias: true) : [],
               ]
               select spec,
        ];
    }

    private static string InBlock(int layer, string name) => $"{Prefix}encoder.layer.{layer}.{name}";
}
