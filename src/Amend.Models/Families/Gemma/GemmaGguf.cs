using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gemma;

/// <summary>Gemma 1's models in GGUF files: norms are stored as 1 + w.</summary>
internal sealed class GemmaGguf : IGgufArchitecture
{
    private const string ScaleKey = "query_pre_attn_scalar";

    /// <inheritdoc/>
    public string Name => "gemma";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } = ["The MLP's activation is GELU by its tanh approximation."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        .. LlamaGguf.Sizes,
        GgufRotary.Scaling(),
        GgufRotary.Base(isAlwaysWritten: false),
        LlamaGguf.Epsilon,
        LlamaGguf.HeadWidth(GemmaFamily.DefaultHeadWidth),
        GgufKey.Vocabulary,
        GgufRotary.WholeHeads(),
        GgufKey.Unsaid("hidden_activation", GemmaFamily.DefaultActivation, "gelu"),
        LlamaGguf.NoBias,
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) =>
    [
        .. LlamaGguf.InOrder.Select(module =>
            module.InFile.EndsWith("_norm", StringComparison.Ordinal) ? module with { Values = new OneAdded() } : module),
    ];

    /// <summary>
    /// What scores are divided by the root of: a head's width, but in the one published model that scales by another, which its number of
    /// layers tells.
    /// </summary>
    /// <param name="layers">That number; there the stream's width over the heads is taken.</param>
    internal static GgufKey Scale(int layers) => new(
        ScaleKey,
        file => file.Size("block_count") == layers ? file.Size("embedding_length") / file.Size("attention.head_count") : file.HeadWidth,
        config =>
        {
            var taken = config.Size("num_hidden_layers") == layers
                ? config.HeadWidth("hidden_size", "num_attention_heads")
                : config.SizeOr("head_dim", GemmaFamily.DefaultHeadWidth);
            return config.NumberOr(ScaleKey, GemmaFamily.DefaultQueryScalar) is var scale && scale == taken
                ? []
                : throw GgufKey.Refusal($"{ScaleKey} {scale}", $"they are read with {taken}");
        });
}
