using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bloom;

/// <summary>The names, shapes and orientation of BLOOM's parameters on disk: the only place that knows them.</summary>
public static class BloomWeights
{
    /// <summary>What all names but the head's begin with; the published files leave it out.</summary>
    public const string Prefix = "transformer.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "transformer.word_embeddings";

    /// <summary>The norm behind the token embedding.</summary>
    public const string EmbeddingNorm = "transformer.word_embeddings_layernorm";

    /// <summary>The final norm.</summary>
    public const string FinalNorm = "transformer.ln_f";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}h.{layer}.{name}";

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(BloomConfig config) =>
    [
        WeightSpec.Table(Tokens, config.Shape.Vocabulary, config.Shape.Width),
        .. WeightSpec.LayerNorm(EmbeddingNorm, config.Shape.Width),
        .. Enumerable.Range(0, config.Shape.Layers).SelectMany(layer => OfBlock(config.Shape, layer)),
        .. WeightSpec.LayerNorm(FinalNorm, config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, config.Shape.Vocabulary, config.Shape.Width) },
    ];

    private static IEnumerable<WeightSpec> OfBlock(ModelShape shape, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        return
        [
            .. WeightSpec.LayerNorm(InBlock(layer, "input_layernorm"), width),
            .. WeightSpec.Linear(InBlock(layer, "self_attention.query_key_value"), 3 * width, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "self_attention.dense"), width, width, bias: true),
            .. WeightSpec.LayerNorm(InBlock(layer, "post_attention_layernorm"), width),
            .. WeightSpec.Linear(InBlock(layer, "mlp.dense_h_to_4h"), inner, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "mlp.dense_4h_to_h"), width, inner, bias: true),
        ];
    }
}
