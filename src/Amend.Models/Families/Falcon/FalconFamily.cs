using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.Falcon;

/// <summary>
/// Falcon (Almazrouei et al. 2023) as Hugging Face's <c>FalconForCausalLM</c> stores and computes it, in four forms: one key and value
/// head behind all queries, or groups of queries each with its own; one norm or two before attention and MLP side by side; or, one after
/// the other, with linear biases in the place of rotary positions.
/// </summary>
internal sealed class FalconFamily() : DecoderFamily("falcon")
{
    /// <summary>The longest context where the file does not say.</summary>
    internal const int DefaultContext = 2048;

    private static readonly DecoderNames Names = new("transformer.", "h", "word_embeddings", "ln_f");

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new FalconGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var (layers, width) = (config.Size(Key(config, "num_hidden_layers", "n_layer")), config.Size("hidden_size"));
        var headsKey = Key(config, "num_attention_heads", "n_head");
        var shape = new ModelShape(
            layers, width, config.SizeOr("ffn_hidden_size", 4 * width), config.Size(headsKey), config.Size("vocab_size"),
            config.SizeOr("max_position_embeddings", DefaultContext));
        var hasBias = config.FlagOr("bias", false);
        var attention = Attention(config, headsKey) with { Bias = hasBias, OutBias = hasBias };
        var mlp = new DenseMlpPlan(shape.MlpWidth, config.TextOr("activation", "gelu"))
        {
            Gate = null, Up = "mlp.dense_h_to_4h", Down = "mlp.dense_4h_to_h", Bias = hasBias,
        };
        var norm = new NormPlan(NormKind.Layer, config.NumberOr("layer_norm_epsilon", 1e-5));
        var isParallel = IsNew(config) || config.FlagOr("parallel_attn", true);
        var block = new BlockPlan(attention, mlp, norm)
        {
            IsParallel = isParallel,
            Norms = !isParallel ? NormNames.Before
                : HasTwoNorms(config) ? new("ln_attn", "ln_mlp")
                : NormNames.One,
        };
        return new("FalconForCausalLM", attention.Rotary?.Fitted(shape) ?? shape, norm, [.. Enumerable.Repeat(block, layers)])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", true),
        };
    }

    private static HeadedAttentionPlan Attention(JsonElement config, string headsKey)
    {
        var (heads, headWidth) = (config.Size(headsKey), config.HeadWidth("hidden_size", headsKey));
        var (isNew, hasSlopes) = (IsNew(config), config.FlagOr("alibi", false));
        var isShared = !isNew && config.FlagOr("multi_query", true);
        var groups = isShared ? 1 : isNew ? config.KeyValueHeads(headsKey, Key(config, "num_kv_heads", "n_head_kv")) : heads;
        return new(heads, groups, headWidth)
        {
            Fused = ("self_attention.query_key_value", isShared ? FusedOrder.ByKind : FusedOrder.ByGroup),
            Out = "self_attention.dense",
            Rotary = hasSlopes ? null : RotaryReader.Read(config, headWidth),
            Form = hasSlopes ? new() { AlibiSlopes = Alibi.Slopes(heads), AlibiIsRounded = true } : AttentionForm.Plain,
        };
    }

    /// <summary>Whether attention and MLP have a norm each, side by side.</summary>
    internal static bool HasTwoNorms(JsonElement config) => IsNew(config) && config.SizeOr("num_ln_in_parallel_attn", 2) == 2;

    /// <summary>Whether several groups of heads may have a key and value each.</summary>
    internal static bool IsNew(JsonElement config) => config.FlagOr("new_decoder_architecture", false);

    /// <summary>The key's name, or the one that the first files have in its place.</summary>
    internal static string Key(JsonElement config, string name, string older) =>
        config.TryGetProperty(older, out _) && !config.TryGetProperty(name, out _) ? older : name;
}
