using Amend.Models.Weights;

namespace Amend.Models.Families.GptNeoX;

/// <summary>The names, shapes and orientation of GPT-NeoX's parameters on disk: the only place that knows them.</summary>
public static class GptNeoXWeights
{
    /// <summary>What all names but the head's begin with.</summary>
    public const string Prefix = "gpt_neox.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "gpt_neox.embed_in";

    /// <summary>The final norm.</summary>
    public const string FinalNorm = "gpt_neox.final_layer_norm";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "embed_out";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".attention.bias", ".attention.masked_bias", ".inv_freq"],
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}layers.{layer}.{name}";

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(GptNeoXConfig config) =>
    [
        WeightSpec.Table(Tokens, config.Shape.Vocabulary, config.Shape.Width),
        .. Enumerable.Range(0, config.Shape.Layers).SelectMany(layer => OfBlock(config, layer)),
        .. WeightSpec.LayerNorm(FinalNorm, config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, config.Shape.Vocabulary, config.Shape.Width) },
    ];

    private static IEnumerable<WeightSpec> OfBlock(GptNeoXConfig config, int layer)
    {
        long width = config.Shape.Width, inner = config.Shape.MlpWidth;
        return
        [
            .. WeightSpec.LayerNorm(InBlock(layer, "input_layernorm"), width),
            .. WeightSpec.LayerNorm(InBlock(layer, "post_attention_layernorm"), width),
            .. WeightSpec.Linear(InBlock(layer, "attention.query_key_value"), 3 * width, width, config.AttentionBias),
            .. WeightSpec.Linear(InBlock(layer, "attention.dense"), width, width, config.AttentionBias),
            .. WeightSpec.Linear(InBlock(layer, "mlp.dense_h_to_4h"), inner, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "mlp.dense_4h_to_h"), width, inner, bias: true),
        ];
    }
}
