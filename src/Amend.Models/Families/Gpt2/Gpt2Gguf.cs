using System.Text.Json;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gpt2;

/// <summary>GPT-2's models in GGUF files: matrices lie as <c>[out,in]</c>, in a checkpoint as <c>[in,out]</c>.</summary>
public sealed class Gpt2Gguf : IGgufArchitecture
{
    private const string MlpKey = "feed_forward_length";
    private static readonly TransposedMatrices Transposed = new();

    private static readonly GgufModule[] All =
    [
        new("token_embd", Gpt2Weights.Tokens),
        new("position_embd", Gpt2Weights.Positions) { StaysWide = true },
        new("output_norm", Gpt2Weights.FinalNorm),
        new("output", Gpt2Weights.Head),
        new("blk.N.attn_norm", "transformer.h.N.ln_1"),
        new("blk.N.attn_qkv", "transformer.h.N.attn.c_attn") { Values = Transposed },
        new("blk.N.attn_output", "transformer.h.N.attn.c_proj") { Values = Transposed },
        new("blk.N.ffn_norm", "transformer.h.N.ln_2"),
        new("blk.N.ffn_up", "transformer.h.N.mlp.c_fc") { Values = Transposed },
        new("blk.N.ffn_down", "transformer.h.N.mlp.c_proj") { Values = Transposed },
    ];

    /// <inheritdoc/>
    public string Name => "gpt2";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
        ["The MLP's activation is GELU by its tanh approximation, and scores are divided by the root of a head's width alone."];

    /// <inheritdoc/>
    public IReadOnlyList<GgufKey> Keys { get; } =
    [
        GgufKey.Size("block_count", "n_layer"),
        GgufKey.Size("context_length", "n_positions"),
        GgufKey.Size("embedding_length", "n_embd"),
        new("n_inner", file => file.SizeOrNone(MlpKey), config => [(MlpKey, (uint)Gpt2Config.MlpWidth(config))]),
        GgufKey.Size("attention.head_count", "n_head"),
        GgufKey.Number("attention.layer_norm_epsilon", "layer_norm_epsilon", Gpt2Config.DefaultLayerNormEpsilon),
        GgufKey.Tied,
        GgufKey.Vocabulary,
        GgufKey.Unsaid("activation_function", Gpt2Config.DefaultActivation, "gelu_pytorch_tanh"),
        GgufKey.Unsaid("scale_attn_weights", bool.TrueString),
        GgufKey.Unsaid("scale_attn_by_inverse_layer_idx", bool.FalseString),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(JsonElement config) => All;
}
