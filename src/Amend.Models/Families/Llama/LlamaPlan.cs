using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Shapes;

namespace Amend.Models.Families.Llama;

/// <summary>Llama's model as a plan, which other families take and say where theirs departs from it.</summary>
internal static class LlamaPlan
{
    /// <summary>The epsilon where the file does not say.</summary>
    public const double DefaultEpsilon = 1e-6;

    /// <summary>The activation where the file does not say.</summary>
    public const string DefaultActivation = "silu";

    /// <summary>
    /// Reads num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, num_key_value_heads (num_attention_heads when
    /// missing), head_dim (hidden_size / num_attention_heads when missing), vocab_size, max_position_embeddings, the rotary keys, the
    /// norms' epsilon, hidden_act and tie_word_embeddings. What only some of these families say, biases, windows and further norms, is
    /// left out.
    /// </summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="architecture">What the file calls it.</param>
    /// <param name="keys">What the family's files call things and leave unsaid; Llama's when null.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static DecoderPlan Read(JsonElement config, string architecture, LlamaKeys? keys = null)
    {
        keys ??= new LlamaKeys();
        var (layers, heads) = (config.Size("num_hidden_layers"), config.Size("num_attention_heads"));
        var headWidth = config.SizeOrNone("head_dim", keys.HeadWidth) ?? config.HeadWidth("hidden_size", "num_attention_heads");
        var rotary = keys.ReadRotary(config, headWidth);
        var norm = new NormPlan(keys.Norm, keys.EpsilonKey is { } key ? config.NumberOr(key, keys.Epsilon) : keys.Epsilon);
        var shape = new ModelShape(
            layers,
            config.Size("hidden_size"),
            config.Size("intermediate_size"),
            heads,
            config.Size("vocab_size"),
            config.Size("max_position_embeddings"));
        var attention = new HeadedAttentionPlan(heads, config.KeyValueHeads("num_attention_heads", "num_key_value_heads"), headWidth)
        {
            Rotary = rotary,
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, config.TextOr("hidden_act", keys.Activation));
        return new DecoderPlan(
            architecture, rotary.Fitted(shape), norm, [.. Enumerable.Repeat(new BlockPlan(attention, mlp, norm), layers)])
        {
            IsTied = config.FlagOr("tie_word_embeddings", keys.IsTied),
        };
    }

    /// <summary>The plan with a window at each layer, null where it sees all earlier tokens.</summary>
    public static DecoderPlan WithWindows(this DecoderPlan plan, IReadOnlyList<int?> windows) =>
        plan.WithAttention((layer, attention) => attention with { Form = attention.Form with { Window = windows[layer] } });

    /// <summary>The plan with biases.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="queries">Whether the projections to queries, keys and values have them.</param>
    /// <param name="output">Whether the attention's output projection has one.</param>
    /// <param name="mlp">Whether the MLP's maps have them.</param>
    public static DecoderPlan WithBias(this DecoderPlan plan, bool queries, bool output, bool mlp = false) => plan
        .WithAttention((_, attention) => attention with { Bias = queries, OutBias = output })
        .WithMlp((_, dense) => dense with { Bias = mlp });

    /// <summary>The plan with the biases that attention_bias and mlp_bias say; none where they are missing.</summary>
    public static DecoderPlan WithBias(this DecoderPlan plan, JsonElement config)
    {
        var ofAttention = config.FlagOr("attention_bias", false);
        return plan.WithBias(ofAttention, ofAttention, config.FlagOr("mlp_bias", false));
    }

    /// <summary>The plan with norms of queries and keys before they are turned.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="part">What each goes over.</param>
    public static DecoderPlan WithQueryKeyNorm(this DecoderPlan plan, NormedPart part = NormedPart.Head) =>
        plan.WithAttention((_, attention) => attention with { QueryKeyNorm = new(plan.Norm, part) });

    /// <summary>The plan with norms at other places of its blocks.</summary>
    public static DecoderPlan WithNorms(this DecoderPlan plan, NormNames norms, bool parallel = false) =>
        plan.WithBlocks((_, block) => block with { Norms = norms, IsParallel = parallel });
}
