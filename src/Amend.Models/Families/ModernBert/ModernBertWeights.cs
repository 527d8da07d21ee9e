using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Families.ModernBert;

/// <summary>The names and shapes of ModernBERT's parameters on disk: the only place that knows them.</summary>
internal static class ModernBertWeights
{
    /// <summary>The token embedding.</summary>
    public const string Tokens = $"{Prefix}embeddings.tok_embeddings";

    /// <summary>The norm of the embeddings.</summary>
    public const string EmbeddingNorm = $"{Prefix}embeddings.norm";

    /// <summary>The norm behind the last block.</summary>
    public const string FinalNorm = $"{Prefix}final_norm";

    private const string Prefix = "model.";
    private const string Head = "head";
    private const string Decoder = "decoder";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [$"{Decoder}.bias", $"{Head}.dense.weight", $"{Head}.norm.weight"],
        Copies = VocabularyNames.Copies(Decoder, Decoder, Tokens),
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}layers.{layer}.{name}";

    /// <summary>The parameters of embedding and blocks, in order.</summary>
    public static IEnumerable<WeightSpec> Of(ModernBertConfig config) =>
    [
        WeightSpec.Table(Tokens, config.Shape.Vocabulary, config.Shape.Width),
        .. WeightSpec.LayerNorm(EmbeddingNorm, config.Shape.Width, config.Biases.Norm),
        .. Enumerable.Range(0, config.Shape.Layers).SelectMany(layer => OfBlock(config, layer)),
        .. WeightSpec.LayerNorm(FinalNorm, config.Shape.Width, config.Biases.Norm),
    ];

    /// <summary>The head of a classifier.</summary>
    public static ClassifierForm ClassifierHead(ModernBertConfig config) =>
        new($"{Head}.dense", Activations.Find(config.ClassifierActivation), "classifier", config.Shape.Width)
        {
            HasDenseBias = config.Biases.Head,
            Norm = HeadNorm(config),
            ReadsMean = config.ReadsMean,
        };

    /// <summary>The head of a masked language model.</summary>
    public static MaskedHeadForm MaskedHead(ModernBertConfig config) => new(
        $"{Head}.dense", Activations.Find(config.ClassifierActivation), HeadNorm(config),
        new(Decoder, Decoder, config.TieWordEmbeddings ? Tokens : null), config.Shape)
    {
        HasDenseBias = config.Biases.Head,
        HasDecoderBias = config.Biases.Decoder,
    };

    private static NormForm HeadNorm(ModernBertConfig config) => new($"{Head}.norm", config.NormEpsilon, config.Biases.Norm);

    private static IEnumerable<WeightSpec> OfBlock(ModernBertConfig config, int layer)
    {
        var ((width, inner), biases) = ((config.Shape.Width, config.Shape.MlpWidth), config.Biases);
        string Name(string name) => InBlock(layer, name);
        return
        [
            .. layer == 0 ? [] : WeightSpec.LayerNorm(Name("attn_norm"), width, biases.Norm),
            .. WeightSpec.Linear(Name("attn.Wqkv"), 3 * width, width, biases.Attention),
            .. WeightSpec.Linear(Name("attn.Wo"), width, width, biases.Attention),
            .. WeightSpec.LayerNorm(Name("mlp_norm"), width, biases.Norm),
            .. WeightSpec.Linear(Name("mlp.Wi"), 2 * inner, width, biases.Mlp),
            .. WeightSpec.Linear(Name("mlp.Wo"), width, inner, biases.Mlp),
        ];
    }
}
