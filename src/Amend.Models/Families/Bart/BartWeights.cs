using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Families.Bart;

/// <summary>The names and shapes of BART's parameters on disk: the only place that knows them.</summary>
public static class BartWeights
{
    /// <summary>What names begin with, unless the file leaves it out.</summary>
    public const string Prefix = "model.";

    /// <summary>The token embedding, of both stacks.</summary>
    public const string Shared = "model.shared";

    /// <summary>The head, where it is not the token embedding.</summary>
    public const string Head = "lm_head";

    /// <summary>What is added to logits, <c>[1,V]</c>; some files leave it out.</summary>
    public const string LogitsBias = "final_logits_bias";

    /// <summary>The row of the first position; the rows before it were for padding.</summary>
    public const int PositionOffset = 2;

    /// <summary>What else the family's files hold.</summary>
    public static CheckpointForm Form { get; } = new(Prefix)
    {
        PassedOver = [".embed_positions.weights"],
        Copies =
        [
            ($"{Head}.weight", $"{Shared}.weight"),
            ("encoder.embed_tokens.weight", $"{Shared}.weight"),
            ("decoder.embed_tokens.weight", $"{Shared}.weight"),
        ],
    };

    /// <summary>The full name of a stack's parameter.</summary>
    public static string In(Stack stack, string name) => $"{Prefix}{(stack == Stack.Decoder ? "decoder" : "encoder")}.{name}";

    /// <summary>The full name of a block's parameter.</summary>
    public static string InBlock(Stack stack, int layer, string name) => In(stack, $"layers.{layer}.{name}");

    /// <summary>All parameters, in order.</summary>
    public static IEnumerable<WeightSpec> Of(BartConfig config) =>
    [
        new(LogitsBias, [1, config.Decoder.Vocabulary]) { IsOptional = true },
        WeightSpec.Table(Shared, config.Decoder.Vocabulary, config.Decoder.Width),
        .. OfStack(Stack.Encoder, config.Encoder),
        .. OfStack(Stack.Decoder, config.Decoder),
        .. config.TieWordEmbeddings ? [] : new[] { WeightSpec.Table(Head, config.Decoder.Vocabulary, config.Decoder.Width) },
    ];

    private static IEnumerable<WeightSpec> OfStack(Stack stack, ModelShape shape) =>
    [
        WeightSpec.Table(In(stack, "embed_positions"), shape.ContextLength + PositionOffset, shape.Width),
        .. Enumerable.Range(0, shape.Layers).SelectMany(layer => OfBlock(stack, shape, layer)),
        .. WeightSpec.LayerNorm(In(stack, "layernorm_embedding"), shape.Width),
    ];

    private static IEnumerable<WeightSpec> OfBlock(Stack stack, ModelShape shape, int layer) =>
    [
        .. OfAttention(stack, shape, layer, "self_attn"),
        .. stack == Stack.Decoder ? OfAttention(stack, shape, layer, "encoder_attn") : [],
        .. WeightSpec.Linear(InBlock(stack, layer, "fc1"), shape.MlpWidth, shape.Width, bias: true),
        .. WeightSpec.Linear(InBlock(stack, layer, "fc2"), shape.Width, shape.MlpWidth, bias: true),
        .. WeightSpec.LayerNorm(InBlock(stack, layer, "final_layer_norm"), shape.Width),
    ];

    private static IEnumerable<WeightSpec> OfAttention(Stack stack, ModelShape shape, int layer, string name) =>
    [
        .. new[] { "k_proj", "v_proj", "q_proj", "out_proj" }
            .SelectMany(map => WeightSpec.Linear(InBlock(stack, layer, $"{name}.{map}"), shape.Width, shape.Width, bias: true)),
        .. WeightSpec.LayerNorm(InBlock(stack, layer, $"{name}_layer_norm"), shape.Width),
    ];
}
