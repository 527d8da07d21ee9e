using Amend.Models.Families.Bert;
using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.Albert;

/// <summary>The names and shapes of ALBERT's parameters on disk: the only place that knows them.</summary>
internal static class AlbertWeights
{
    private const string Prefix = "albert.";
    private const string Tokens = Prefix + BertWeights.Tokens;
    private const string Head = "predictions";
    private const string Decoder = "predictions.decoder";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".position_ids", "albert.pooler.weight", "albert.pooler.bias", "sop_classifier.classifier.weight",
            "sop_classifier.classifier.bias"],
        Copies = VocabularyNames.Copies(Decoder, Head, Tokens),
    };

    private static PostNormNames Block { get; } =
        new("attention.query", "attention.key", "attention.value", "attention.dense", "attention.LayerNorm")
        {
            Up = "ffn",
            Down = "ffn_output",
            MlpNorm = "full_layer_layer_norm",
        };

    /// <summary>Embedding and blocks.</summary>
    public static PostNormForm Encoder(AlbertConfig config) => new(
        config.Bert.Shape, config.Bert.LayerNormEpsilon, config.Bert.HiddenAct,
        BertWeights.Input(Prefix) with { Projection = $"{Prefix}encoder.embedding_hidden_mapping_in" }, Block,
        (block, name) => InBlock(config.PlaceOf(block), name))
    {
        TypeVocabulary = config.Bert.TypeVocabulary,
        EmbeddingWidth = config.EmbeddingSize,
        IsAlwaysProjected = true,
    };

    /// <summary>The head of a classifier: the pooler, and the map to the labels.</summary>
    public static ClassifierForm ClassifierHead(AlbertConfig config) =>
        new($"{Prefix}pooler", Activations.Find("tanh"), "classifier", config.Bert.Shape.Width);

    /// <summary>The head of a masked language model.</summary>
    public static MaskedHeadForm MaskedHead(AlbertConfig config) => new(
        $"{Head}.dense", Activations.Find(config.Bert.HiddenAct), new($"{Head}.LayerNorm", config.Bert.LayerNormEpsilon),
        new(Decoder, Head, config.Bert.TieWordEmbeddings ? Tokens : null), config.Bert.Shape)
    {
        DecodedWidth = config.EmbeddingSize,
    };

    private static string InBlock((int Group, int Inner) place, string name) =>
        $"{Prefix}encoder.albert_layer_groups.{place.Group}.albert_layers.{place.Inner}.{name}";
}
