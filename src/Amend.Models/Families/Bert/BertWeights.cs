using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bert;

/// <summary>
/// The names and shapes of BERT's and RoBERTa's parameters on disk: the only place that knows them, but for RoBERTa's heads.
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
        OldNames = [("LayerNorm.weight", "LayerNorm.gamma"), ("LayerNorm.bias", "LayerNorm.beta")],
        PassedOver = [".position_ids", ".pooler.dense.weight", ".pooler.dense.bias", "cls.seq_relationship.weight",
            "cls.seq_relationship.bias"],
        Copies = [($"{Decoder}.weight", $"{Prefix}{Tokens}.weight"), ($"{Decoder}.bias", $"{DecoderBias}.bias")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(string prefix, int layer, string name) => $"{prefix}encoder.layer.{layer}.{name}";

    /// <summary>The parameters of embedding and blocks, in order.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="prefix">What the names begin with.</param>
    public static IEnumerable<WeightSpec> OfEncoder(BertConfig config, string prefix)
    {
        var shape = config.Shape;
        return
        [
            WeightSpec.Table(prefix + Tokens, shape.Vocabulary, shape.Width),
            WeightSpec.Table(prefix + Positions, shape.ContextLength + config.PositionOffset, shape.Width),
            WeightSpec.Table(prefix + TokenTypes, config.TypeVocabulary, shape.Width),
            .. WeightSpec.LayerNorm(prefix + EmbeddingNorm, shape.Width),
            .. Enumerable.Range(0, shape.Layers).SelectMany(layer => OfBlock(shape, prefix, layer)),
        ];
    }

    /// <summary>The parameters of a classifier's head.</summary>
    public static IEnumerable<WeightSpec> OfClassifier(ModelShape shape, int labels) =>
    [
        .. WeightSpec.Linear(Pooler, shape.Width, shape.Width, bias: true),
        .. WeightSpec.Linear(Classifier, labels, shape.Width, bias: true),
    ];

    /// <summary>The parameters of a masked language model's head.</summary>
    public static IEnumerable<WeightSpec> OfMaskedHead(BertConfig config) =>
    [
        new($"{DecoderBias}.bias", [config.Shape.Vocabulary]),
        .. WeightSpec.Linear($"{Transform}.dense", config.Shape.Width, config.Shape.Width, bias: true),
        .. WeightSpec.LayerNorm($"{Transform}.LayerNorm", config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Decoder, config.Shape.Vocabulary, config.Shape.Width) },
    ];

    private static IEnumerable<WeightSpec> OfBlock(ModelShape shape, string prefix, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        string Name(string name) => InBlock(prefix, layer, name);
        return
        [
            .. WeightSpec.Linear(Name("attention.self.query"), width, width, bias: true),
            .. WeightSpec.Linear(Name("attention.self.key"), width, width, bias: true),
            .. WeightSpec.Linear(Name("attention.self.value"), width, width, bias: true),
            .. WeightSpec.Linear(Name("attention.output.dense"), width, width, bias: true),
            .. WeightSpec.LayerNorm(Name("attention.output.LayerNorm"), width),
            .. WeightSpec.Linear(Name("intermediate.dense"), inner, width, bias: true),
            .. WeightSpec.Linear(Name("output.dense"), width, inner, bias: true),
            .. WeightSpec.LayerNorm(Name("output.LayerNorm"), width),
        ];
    }
}
