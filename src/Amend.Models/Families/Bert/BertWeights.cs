using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bert;

/// <summary>
/// The names and shapes of BERT's parameters on disk, whose encoder RoBERTa, ELECTRA and, in parts, DeBERTa have under other prefixes.
/// </summary>
public static class BertWeights
{
    /// <summary>What BERT's names but the heads' begin with.</summary>
    public const string Prefix = "bert.";

    /// <summary>The map that a text's first state goes through before it is classified.</summary>
    public const string Pooler = "bert.pooler.dense";

    /// <summary>From the pooled state to the labels.</summary>
    public const string Classifier = "classifier";

    /// <summary>The masked language model's map and norm.</summary>
    public const string Transform = "cls.predictions.transform";

    /// <summary>What the masked language model's bias, <c>[V]</c>, belongs to.</summary>
    public const string DecoderBias = "cls.predictions";

    /// <summary>The masked language model's decoder, where it is not the token embedding.</summary>
    public const string Decoder = "cls.predictions.decoder";

    /// <summary>The token embedding, behind the prefix.</summary>
    public const string Tokens = "embeddings.word_embeddings";

    /// <summary>The position embedding, behind the prefix.</summary>
    public const string Positions = "embeddings.position_embeddings";

    /// <summary>The segments' embedding, behind the prefix.</summary>
    public const string TokenTypes = "embeddings.token_type_embeddings";

    /// <summary>The embeddings' norm, behind the prefix.</summary>
    public const string EmbeddingNorm = "embeddings.LayerNorm";

    /// <summary>What else the family's files hold, and what the first of them call norms.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        OtherNames = [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")],
        PassedOver = [".position_ids", ".pooler.dense.weight", ".pooler.dense.bias", "cls.seq_relationship.weight",
            "cls.seq_relationship.bias"],
        Copies = VocabularyNames.Copies(Decoder, DecoderBias, Prefix + Tokens),
    };

    /// <summary>The names within a block.</summary>
    internal static PostNormNames Block { get; } = new(
        "attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "attention.output.LayerNorm")
    {
        Up = "intermediate.dense",
        Down = "output.dense",
        MlpNorm = "output.LayerNorm",
    };

    /// <summary>The parameters of embedding and blocks, in order.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="prefix">What the names begin with.</param>
    public static IEnumerable<WeightSpec> OfEncoder(BertConfig config, string prefix) => Encoder(config, prefix).Weights;

    /// <summary>The parameters of a classifier's head.</summary>
    public static IEnumerable<WeightSpec> OfClassifier(ModelShape shape, int labels) => ClassifierHead(shape).Weights(labels);

    /// <summary>The parameters of a masked language model's head.</summary>
    public static IEnumerable<WeightSpec> OfMaskedHead(BertConfig config) => MaskedHead(config).Weights;

    /// <summary>Embedding and blocks.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="prefix">What the names begin with.</param>
    internal static PostNormForm Encoder(BertConfig config, string prefix) => new(
        config.Shape, config.LayerNormEpsilon, config.HiddenAct, Input(prefix), Block,
        (layer, name) => $"{prefix}encoder.layer.{layer}.{name}")
    {
        PositionOffset = config.PositionOffset,
        TypeVocabulary = config.TypeVocabulary,
    };

    /// <summary>The names of what comes before the blocks.</summary>
    /// <param name="prefix">What they begin with.</param>
    internal static InputNames Input(string prefix) => new(prefix + Tokens, prefix + EmbeddingNorm)
    {
        Positions = prefix + Positions,
        TokenTypes = prefix + TokenTypes,
    };

    /// <summary>The head of a classifier: the pooler, and the map to the labels.</summary>
    internal static ClassifierForm ClassifierHead(ModelShape shape) => new(Pooler, Activations.Find("tanh"), Classifier, shape.Width);

    /// <summary>The head of a masked language model.</summary>
    internal static MaskedHeadForm MaskedHead(BertConfig config) => new(
        $"{Transform}.dense", Activations.Find(config.HiddenAct), new($"{Transform}.LayerNorm", config.LayerNormEpsilon),
        new(Decoder, DecoderBias, config.TieWordEmbeddings ? Prefix + Tokens : null), config.Shape);
}
