using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.DistilBert;

/// <summary>The names and shapes of DistilBERT's parameters on disk: the only place that knows them.</summary>
internal static class DistilBertWeights
{
    private const string Prefix = "distilbert.";
    private const string Tokens = $"{Prefix}embeddings.word_embeddings";
    private const string Projector = "vocab_projector";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".position_ids"],
        Copies = VocabularyNames.Copies(Projector, Projector, Tokens),
    };

    private static PostNormNames Block { get; } =
        new("attention.q_lin", "attention.k_lin", "attention.v_lin", "attention.out_lin", "sa_layer_norm")
        {
            Up = "ffn.lin1",
            Down = "ffn.lin2",
            MlpNorm = "output_layer_norm",
        };

    /// <summary>Embedding and blocks; also sinusoidal positions are stored.</summary>
    public static PostNormForm Encoder(DistilBertConfig config) => new(
        config.Shape, DistilBertConfig.Epsilon, config.Activation,
        new(Tokens, $"{Prefix}embeddings.LayerNorm") { Positions = $"{Prefix}embeddings.position_embeddings" },
        Block, (layer, name) => $"{Prefix}transformer.layer.{layer}.{name}");

    /// <summary>The head of a classifier.</summary>
    public static ClassifierForm ClassifierHead(ModelShape shape) =>
        new("pre_classifier", Activations.Find("relu"), "classifier", shape.Width);

    /// <summary>The head of a masked language model.</summary>
    public static MaskedHeadForm MaskedHead(DistilBertConfig config) => new(
        "vocab_transform", Activations.Find(config.Activation), new("vocab_layer_norm", DistilBertConfig.Epsilon),
        new(Projector, Projector, config.TieWordEmbeddings ? Tokens : null), config.Shape);
}
