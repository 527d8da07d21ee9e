using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Gpt2;

/// <summary>GPT-2's models in GGUF files: matrices lie as <c>[out,in]</c>, in a checkpoint as <c>[in,out]</c>.</summary>
public sealed class Gpt2Gguf : IGgufArchitecture
{
    private static readonly TransposedMatrices Transposed = new();

    private static readonly GgufModule[] All =
    [
        new("token_embd", Gpt2Weights.Tokens),
        new("position_embd", Gpt2Weights.Positions),
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
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings) => new Dictionary<string, object?>
    {
        ["model_type"] = Gpt2Family.Name,
        ["n_layer"] = settings.Size("block_count"),
        ["n_embd"] = settings.Size("embedding_length"),
        ["n_inner"] = settings.SizeOrNone("feed_forward_length"),
        ["n_head"] = settings.Size("attention.head_count"),
        ["n_positions"] = settings.Size("context_length"),
        ["layer_norm_epsilon"] = settings.Number("attention.layer_norm_epsilon"),
        ["tie_word_embeddings"] = settings.IsTied,
        ["vocab_size"] = settings.Vocabulary,
    };

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings) => All;
}
