using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Families.T5;

/// <summary>The names and shapes of T5's parameters on disk: the only place that knows them.</summary>
public static class T5Weights
{
    /// <summary>The token embedding, of both stacks.</summary>
    public const string Shared = "shared";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new()
    {
        PassedOver = [".EncDecAttention.relative_attention_bias.weight"],
        Copies =
        [
            ($"{Head}.weight", $"{Shared}.weight"),
            ("encoder.embed_tokens.weight", $"{Shared}.weight"),
            ("decoder.embed_tokens.weight", $"{Shared}.weight"),
        ],
    };

    /// <summary>The MLP's down projection within its part.</summary>
    public const string MlpDown = "DenseReluDense.wo";

    /// <summary>What each bucket of distances adds to scores: of all blocks of a stack, stored in its first.</summary>
    public static string Buckets(Stack stack) => InBlock(stack, 0, 0, "SelfAttention.relative_attention_bias");

    /// <summary>The norm behind a stack.</summary>
    public static string FinalNorm(Stack stack) => $"{NameOf(stack)}.final_layer_norm";

    /// <summary>The full name of a block's parameter.</summary>
    /// <param name="stack">The stack.</param>
    /// <param name="layer">The block.</param>
    /// <param name="part">The part of the block: attention, the decoder's attention across, MLP, in this order.</param>
    /// <param name="name">The name within it.</param>
    public static string InBlock(Stack stack, int layer, int part, string name) => InBlock(stack, layer, $"{part}.{name}");

    /// <summary>The full name of a block's parameter, from its part and its name within that.</summary>
    public static string InBlock(Stack stack, int layer, string name) => $"{NameOf(stack)}.block.{layer}.layer.{name}";

    /// <summary>The number of the MLP among the parts of a stack's blocks.</summary>
    public static int MlpPart(Stack stack) => stack == Stack.Decoder ? 2 : 1;

    /// <summary>The MLP's down projection.</summary>
    public static string DownProjection(Stack stack, int layer) => InBlock(stack, layer, MlpPart(stack), MlpDown);

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(T5Config config) =>
    [
        WeightSpec.Table(Shared, config.Encoder.Vocabulary, config.Encoder.Width),
        .. OfStack(config, Stack.Encoder, config.Encoder),
        .. OfStack(config, Stack.Decoder, config.Decoder),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, config.Decoder.Vocabulary, config.Decoder.Width) },
    ];

    private static string NameOf(Stack stack) => stack == Stack.Decoder ? "decoder" : "encoder";

    private static IEnumerable<WeightSpec> OfStack(T5Config config, Stack stack, ModelShape shape) =>
    [
        WeightSpec.Table(Buckets(stack), config.Buckets, shape.Heads),
        .. Enumerable.Range(0, shape.Layers).SelectMany(layer => OfBlock(config, stack, shape, layer)),
        WeightSpec.RmsNorm(FinalNorm(stack), shape.Width),
    ];

    private static IEnumerable<WeightSpec> OfBlock(T5Config config, Stack stack, ModelShape shape, int layer)
    {
        var mlp = MlpPart(stack);
        string[] up = config.IsGated ? ["DenseReluDense.wi_0", "DenseReluDense.wi_1"] : ["DenseReluDense.wi"];
        return
        [
            .. OfAttention(config, shape, InBlock(stack, layer, 0, "SelfAttention")),
            WeightSpec.RmsNorm(InBlock(stack, layer, 0, "layer_norm"), shape.Width),
            .. stack == Stack.Decoder ? OfAttention(config, shape, InBlock(stack, layer, 1, "EncDecAttention")) : [],
            .. up.SelectMany(name => WeightSpec.Linear(InBlock(stack, layer, mlp, name), shape.MlpWidth, shape.Width, bias: false)),
            .. WeightSpec.Linear(DownProjection(stack, layer), shape.Width, shape.MlpWidth, bias: false),
            .. stack == Stack.Decoder ? new[] { WeightSpec.RmsNorm(InBlock(stack, layer, 1, "layer_norm"), shape.Width) } : [],
            WeightSpec.RmsNorm(InBlock(stack, layer, mlp, "layer_norm"), shape.Width),
        ];
    }

    private static IEnumerable<WeightSpec> OfAttention(T5Config config, ModelShape shape, string name)
    {
        long width = shape.Width, inner = shape.Heads * config.HeadWidth;
        return
        [
            .. WeightSpec.Linear($"{name}.q", inner, width, bias: false),
            .. WeightSpec.Linear($"{name}.k", inner, width, bias: false),
            .. WeightSpec.Linear($"{name}.v", inner, width, bias: false),
            .. WeightSpec.Linear($"{name}.o", width, inner, bias: false),
        ];
    }
}
