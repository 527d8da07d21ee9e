using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.DistilBert;

/// <summary>The names and shapes of DistilBERT's parameters on disk: the only place that knows them.</summary>
public static class DistilBertWeights
{
    /// <summary>What names but the heads' begin with.</summary>
    public const string Prefix = "distilbert.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "distilbert.embeddings.word_embeddings";

    /// <summary>The position embedding; also sinusoidal ones are stored.</summary>
    public const string Positions = "distilbert.embeddings.position_embeddings";

    /// <summary>The embeddings' norm.</summary>
    public const string EmbeddingNorm = "distilbert.embeddings.LayerNorm";

    /// <summary>The classifier's first map.</summary>
    public const string PreClassifier = "pre_classifier";

    /// <summary>The classifier's second map.</summary>
    public const string Classifier = "classifier";

    /// <summary>The masked language model's map.</summary>
    public const string VocabTransform = "vocab_transform";

    /// <summary>The masked language model's norm.</summary>
    public const string VocabNorm = "vocab_layer_norm";

    /// <summary>The masked language model's decoder: its bias, and its weight where that is not the token embedding.</summary>
    public const string VocabProjector = "vocab_projector";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".position_ids"],
        Copies = [($"{VocabProjector}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}transformer.layer.{layer}.{name}";

    /// <summary>The parameters of embedding and blocks, in order.</summary>
    public static IEnumerable<WeightSpec> OfEncoder(ModelShape shape) =>
    [
        WeightSpec.Table(Tokens, shape.Vocabulary, shape.Width),
        WeightSpec.Table(Positions, shape.ContextLength, shape.Width),
        .. WeightSpec.LayerNorm(EmbeddingNorm, shape.Width),
        .. Enumerable.Range(0, shape.Layers).SelectMany(layer => OfBlock(shape, layer)),
    ];

    /// <summary>The parameters of a classifier's head.</summary>
    public static IEnumerable<WeightSpec> OfClassifier(ModelShape shape, int labels) =>
    [
        .. WeightSpec.Linear(PreClassifier, shape.Width, shape.Width, bias: true),
        .. WeightSpec.Linear(Classifier, labels, shape.Width, bias: true),
    ];

    /// <summary>The parameters of a masked language model's head.</summary>
    public static IEnumerable<WeightSpec> OfMaskedHead(DistilBertConfig config) =>
    [
        .. WeightSpec.Linear(VocabTransform, config.Shape.Width, config.Shape.Width, bias: true),
        .. WeightSpec.LayerNorm(VocabNorm, config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(VocabProjector, config.Shape.Vocabulary, config.Shape.Width) },
        new($"{VocabProjector}.bias", [config.Shape.Vocabulary]),
    ];

    private static IEnumerable<WeightSpec> OfBlock(ModelShape shape, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        return
        [
            .. WeightSpec.Linear(InBlock(layer, "attention.q_lin"), width, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "attention.k_lin"), width, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "attention.v_lin"), width, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "attention.out_lin"), width, width, bias: true),
            .. WeightSpec.LayerNorm(InBlock(layer, "sa_layer_norm"), width),
            .. WeightSpec.Linear(InBlock(layer, "ffn.lin1"), inner, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "ffn.lin2"), width, inner, bias: true),
            .. WeightSpec.LayerNorm(InBlock(layer, "output_layer_norm"), width),
        ];
    }
}
