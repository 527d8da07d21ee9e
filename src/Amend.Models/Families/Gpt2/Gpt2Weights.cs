using Amend.Models.Shapes;
using Amend.Models.Weights;

namespace Amend.Models.Families.Gpt2;

/// <summary>The names, shapes and orientation of GPT-2's parameters on disk: the only place that knows them.</summary>
public static class Gpt2Weights
{
    /// <summary>What all names but the head's begin with; the first published files leave it out.</summary>
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
        PassedOver = [".attn.bias", ".attn.masked_bias"],
        Copies = [($"{Head}.weight", $"{Tokens}.weight")],
    };

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(int layer, string name) => $"{Prefix}h.{layer}.{name}";

    /// <summary>Whether a parameter is the weight of a map whose output is added to the residual stream.</summary>
    public static bool IsResidualOut(string name) => name.EndsWith("c_proj.weight", StringComparison.Ordinal);

    /// <summary>The parameters of a block; linear weights are stored <c>[in,out]</c>.</summary>
    public static IEnumerable<WeightSpec> OfBlock(ModelShape shape, int layer)
    {
        long width = shape.Width, inner = shape.MlpWidth;
        IEnumerable<WeightSpec> Map(string name, long outputs, long inputs) =>
            WeightSpec.Linear(InBlock(layer, name), outputs, inputs, bias: true, storedTransposed: true);
        return
        [
            .. WeightSpec.LayerNorm(InBlock(layer, "ln_1"), width),
            .. Map("attn.c_attn", 3 * width, width),
            .. Map("attn.c_proj", width, width),
            .. WeightSpec.LayerNorm(InBlock(layer, "ln_2"), width),
            .. Map("mlp.c_fc", inner, width),
            .. Map("mlp.c_proj", width, inner),
        ];
    }

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(ModelShape shape, bool tied) =>
    [
        WeightSpec.Table(Tokens, shape.Vocabulary, shape.Width),
        WeightSpec.Table(Positions, shape.ContextLength, shape.Width),
        .. Enumerable.Range(0, shape.Layers).SelectMany(layer => OfBlock(shape, layer)),
        .. WeightSpec.LayerNorm(FinalNorm, shape.Width),
        .. tied ? [] : new[] { WeightSpec.Table(Head, shape.Vocabulary, shape.Width) },
    ];
}
