using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.GptJ;

/// <summary>The names, shapes and orientation of GPT-J's parameters on disk: the only place that knows them.</summary>
public static class GptJWeights
{
    /// <summary>What all names but the head's begin with.</summary>
    public const string Prefix = "transformer.";

    /// <summary>The token embedding.</summary>
    public const string Tokens = "transformer.wte";

    /// <summary>The final norm.</summary>
    public const string FinalNorm = "transformer.ln_f";

    /// <summary>The head; it has a bias, also where its weight is the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".attn.bias", ".attn.masked_bias"],
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}h.{layer}.{name}";

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(GptJConfig config) =>
    [
        WeightSpec.Table(Tokens, config.Shape.Vocabulary, config.Shape.Width),
        .. Enumerable.Range(0, config.Shape.Layers).SelectMany(layer => OfBlock(config.Shape, layer)),
        .. WeightSpec.LayerNorm(FinalNorm, config.Shape.Width),
        .. WeightSpec.Linear(Head, config.Shape.Vocabulary, config.Shape.Width, bias: true).Skip(config.TieWordEmbeddings ? 1 : 0),
    ];

    private static IEnumerable<WeightSpec> OfBlock(ModelShape shape, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        return
        [
            .. WeightSpec.LayerNorm(InBlock(layer, "ln_1"), width),
            .. WeightSpec.Linear(InBlock(layer, "attn.q_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "attn.k_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "attn.v_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "attn.out_proj"), width, width, bias: false),
            .. WeightSpec.Linear(InBlock(layer, "mlp.fc_in"), inner, width, bias: true),
            .. WeightSpec.Linear(InBlock(layer, "mlp.fc_out"), width, inner, bias: true),
        ];
    }
}
