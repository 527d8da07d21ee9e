using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.Bloom;

/// <summary>
/// BLOOM (BigScience 2022) as Hugging Face's <c>BloomForCausalLM</c> stores and computes it: norms before attention and MLP and behind the
/// embedding, linear attention biases in the place of positions; sums may start from what the norms give.
/// </summary>
internal sealed class BloomFamily() : DecoderFamily("bloom")
{
    /// <summary>The context of BLOOM's training, for files that do not say; linear biases have no last position.</summary>
    private const int DefaultContext = 2048;

    private static readonly DecoderNames Names = new("transformer.", "h", "word_embeddings", "ln_f")
    {
        EmbeddingNorm = "word_embeddings_layernorm",
        PassedOver = [],
    };

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        string Key(string name, string older) => config.TryGetProperty(older, out _) && !config.TryGetProperty(name, out _) ? older : name;
        var (widthKey, headsKey) = (Key("hidden_size", "n_embed"), Key("n_head", "num_attention_heads"));
        var (layers, width, heads) = (config.Size(Key("n_layer", "num_hidden_layers")), config.Size(widthKey), config.Size(headsKey));
        var shape = new ModelShape(layers, width, 4 * width, heads, config.Size("vocab_size"), config.SizeOr("seq_length", DefaultContext));
        var attention = new HeadedAttentionPlan(heads, heads, config.HeadWidth(widthKey, headsKey))
        {
            Fused = ("self_attention.query_key_value", FusedOrder.ByGroup), Out = "self_attention.dense", Bias = true, OutBias = true,
            Form = new() { AlibiSlopes = Alibi.Slopes(heads) },
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, "gelu_new")
        {
            Gate = null, Up = "mlp.dense_h_to_4h", Down = "mlp.dense_4h_to_h", Bias = true,
        };
        var norm = new NormPlan(NormKind.Layer, config.NumberOr("layer_norm_epsilon", 1e-5));
        var block = new BlockPlan(attention, mlp, norm)
        {
            ResidualBehindNorm = config.FlagOr("apply_residual_connection_post_layernorm", false),
        };
        return new("BloomForCausalLM", shape, norm, [.. Enumerable.Repeat(block, layers)])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", true),
        };
    }
}
