using Amend.Models.Weights;

namespace Amend.Models.Families.Llama;

/// <summary>The names, shapes and orientation of Llama's parameters on disk: the only place that knows them.</summary>
public static class LlamaWeights
{
    /// <summary>What all names but the head's begin with.</summary>
    public const string Prefix = "model.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "model.embed_tokens";

    /// <summary>The final norm.</summary>
    public const string FinalNorm = "model.norm";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".inv_freq"],
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}layers.{layer}.{name}";

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(LlamaConfig config) =>
    [
        WeightSpec.Table(Tokens, config.Shape.Vocabulary, config.Shape.Width),
        .. Enumerable.Range(0, config.Shape.Layers).SelectMany(layer => OfBlock(config, layer)),
        WeightSpec.RmsNorm(FinalNorm, config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, config.Shape.Vocabulary, config.Shape.Width) },
    ];

    private static IEnumerable<WeightSpec> OfBlock(LlamaConfig config, int layer)
    {
        long width = config.Shape.Width, inner = config.Shape.MlpWidth;
        long queries = config.Shape.Heads * config.HeadWidth, keys = config.KeyValueHeads * config.HeadWidth;
        return
        [
            WeightSpec.RmsNorm(InBlock(layer, "input_layernorm"), width),
            .. WeightSpec.Linear(InBlock(layer, "self_attn.q_proj"), queries, width, config.QueryKeyValueBias),
            .. WeightSpec.Linear(InBlock(layer, "self_attn.k_proj"), keys, width, config.QueryKeyValueBias),
            .. WeightSpec.Linear(InBlock(layer, "self_attn.v_proj"), keys, width, config.QueryKeyValueBias),
            .. config.QueryKeyNorm ? QueryKeyNorms(config, layer) : [],
            .. WeightSpec.Linear(InBlock(layer, "self_attn.o_proj"), width, queries, config.AttentionOutBias),
            WeightSpec.RmsNorm(InBlock(layer, "post_attention_layernorm"), width),
            .. WeightSpec.Linear(InBlock(layer, "mlp.gate_proj"), inner, width, config.MlpBias),
            .. WeightSpec.Linear(InBlock(layer, "mlp.up_proj"), inner, width, config.MlpBias),
            .. WeightSpec.Linear(InBlock(layer, "mlp.down_proj"), width, inner, config.MlpBias),
        ];
    }

    private static WeightSpec[] QueryKeyNorms(LlamaConfig config, int layer) =>
    [
        WeightSpec.RmsNorm(InBlock(layer, "self_attn.q_norm"), config.HeadWidth),
        WeightSpec.RmsNorm(InBlock(layer, "self_attn.k_norm"), config.HeadWidth),
    ];
}
