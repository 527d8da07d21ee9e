using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Llama;

/// <summary>Llama's models, and Mistral's, in GGUF files: the rows of queries and keys lie in neighbouring pairs.</summary>
public sealed class LlamaGguf : IGgufArchitecture
{
    private const string Queries = "blk.N.attn_q";
    private const string Keys = "blk.N.attn_k";

    /// <inheritdoc/>
    public string Name => "llama";

    /// <inheritdoc/>
    public IReadOnlyList<string> Assumptions { get; } =
        ["Sliding windows, as of Mistral's first model, are not in such files: every token sees all earlier ones."];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, object?> Configure(GgufSettings settings)
    {
        if (settings.SizeOrNothing("expert_count") is { } experts)
        {
            throw settings.Refusal(
                $"it is a mixture of {experts} experts ({settings.Full("expert_count")}), which this version does not read");
        }

        return new Dictionary<string, object?>(Common(settings))
        {
            ["model_type"] = "llama",
            ["attention_bias"] = settings.Has("blk.0.attn_q.bias"),
            ["mlp_bias"] = settings.Has("blk.0.ffn_up.bias"),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyList<GgufModule> Modules(GgufSettings settings)
    {
        var inPairs = new Dictionary<string, IGgufValues>
        {
            [Queries] = new PairedRows(settings.Size("attention.head_count")),
            [Keys] = new PairedRows(settings.KeyValueHeads),
        };
        return [.. InOrder.Select(module => module with { Values = inPairs.GetValueOrDefault(module.InFile) })];
    }

    /// <summary>The modules of models with Llama's blocks, whose rows lie in order.</summary>
    internal static IReadOnlyList<GgufModule> InOrder { get; } =
    [
        new("token_embd", LlamaWeights.Tokens),
        new("output_norm", LlamaWeights.FinalNorm),
        new("output", LlamaWeights.Head),
        new("blk.N.attn_norm", "model.layers.N.input_layernorm"),
        new(Queries, "model.layers.N.self_attn.q_proj"),
        new(Keys, "model.layers.N.self_attn.k_proj"),
        new("blk.N.attn_v", "model.layers.N.self_attn.v_proj"),
        new("blk.N.attn_output", "model.layers.N.self_attn.o_proj"),
        new("blk.N.ffn_norm", "model.layers.N.post_attention_layernorm"),
        new("blk.N.ffn_gate", "model.layers.N.mlp.gate_proj"),
        new("blk.N.ffn_up", "model.layers.N.mlp.up_proj"),
        new("blk.N.ffn_down", "model.layers.N.mlp.down_proj"),
    ];

    /// <summary>What the configurations of all models with Llama's blocks say, whole heads turned.</summary>
    internal static Dictionary<string, object?> Common(GgufSettings settings)
    {
        if (settings.SizeOrNone("rope.dimension_count") is { } turned && turned != settings.HeadWidth)
        {
            throw settings.Refusal(
                $"it turns {turned} of the {settings.HeadWidth} values of a head ({settings.Full("rope.dimension_count")}), "
                + "and only whole heads are turned here");
        }

        return new Dictionary<string, object?>
        {
            ["num_hidden_layers"] = settings.Size("block_count"),
            ["hidden_size"] = settings.Size("embedding_length"),
            ["intermediate_size"] = settings.Size("feed_forward_length"),
            ["num_attention_heads"] = settings.Size("attention.head_count"),
            ["num_key_value_heads"] = settings.KeyValueHeads,
            ["head_dim"] = settings.HeadWidth,
            ["max_position_embeddings"] = settings.Size("context_length"),
            ["rms_norm_eps"] = settings.Number("attention.layer_norm_rms_epsilon"),
            ["rope_theta"] = GgufRotary.Base(settings),
            ["rope_scaling"] = GgufRotary.Scaling(settings),
            ["tie_word_embeddings"] = settings.IsTied,
            ["vocab_size"] = settings.Vocabulary,
        };
    }
}
