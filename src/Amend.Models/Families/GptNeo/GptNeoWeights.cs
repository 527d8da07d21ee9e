using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.GptNeo;

/// <summary>The names, shapes and orientation of GPT-Neo's parameters on disk: the only place that knows them.</summary>
public static class GptNeoWeights
{
    /// <summary>What all names but the head's begin with.</summary>
    public const string Prefix = "transformer.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "transformer.wte";

    /// <summary>The position embedding.</summary>
    public const string Positions = "transformer.wpe";

    /// <summary>The final norm.</summary>
    public const string FinalNorm = "transformer.ln_f";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".attn.attention.bias", ".attn.attention.masked_bias"],
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}h.{layer}.{name}";

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(GptNeoConfig config) =>
    [
        WeightSpec.Table(Tokens, config.Shape.Vocabulary, config.Shape.Width),
        WeightSpec.Table(Positions, config.Shape.ContextLength, config.Shape.Width),
        .. Enumerable.Range(0, config.Shape.Layers).SelectMany(layer => OfBlock(config.Shape, layer)),
        .. WeightSpec.LayerNorm(FinalNorm, config.Shape.Width),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, config.Shape.Vocabulary, config.Shape.Width) },
    ];

    private static IEnumerable<WeightSpec> OfBlock(ModelShape shape, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        return
        [
            .. WeightSpec.LayerNorm(InBlock(layer, "ln_1"), width),
            .. WeightSpec.Linear(InBlock(layer, "attn.attention.q_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "attn.attention.k_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "attn.attention.v_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "attn.attention.out_proj"), width, width, bias: true),
            .. WeightSpec.LayerNorm(InBlock(layer, "ln_2"), width),
            .. WeightSpec.Linear(InBlock(layer, "mlp.c_fc"), inner, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "mlp.c_proj"), width, inner, bias: true),
        ];
    }
}
