using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Decoders;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;

namespace Amend.Models.Families.GptNeoX;

/// <summary>
/// GPT-NeoX (Black et al. 2022) and Pythia (Biderman et al. 2023), as Hugging Face's <c>GPTNeoXForCausalLM</c> stores and computes them:
/// attention and MLP side by side on the residual stream, or one after the other, rotary positions on part of each head.
/// </summary>
internal sealed class GptNeoXFamily() : DecoderFamily("gpt_neox")
{
    /// <summary>The share of a head that is turned where the file does not say.</summary>
    internal const double DefaultRotaryPct = 0.25;

    /// <summary>The epsilon where the file does not say.</summary>
    internal const double DefaultLayerNormEps = 1e-5;

    /// <summary>The key of the rotary base.</summary>
    internal const string ThetaKey = "rotary_emb_base";

    private static readonly DecoderNames Names = new("gpt_neox.", "layers", "embed_in", "final_layer_norm")
    {
        Head = "embed_out",
        PassedOver = [".attention.bias", ".attention.masked_bias", ".inv_freq"],
    };

    /// <inheritdoc/>
    public override IGgufArchitecture? Gguf { get; } = new GptNeoXGguf();

    /// <inheritdoc/>
    public override DecoderPlan Plan(JsonElement config, IReadOnlyList<string> tensors)
    {
        var (layers, heads) = (config.Size("num_hidden_layers"), config.Size("num_attention_heads"));
        var headWidth = config.HeadWidth("hidden_size", "num_attention_heads");
        var rotary = RotaryReader.Read(config, (int)(headWidth * RotarySettings.Share(config, "rotary_pct", DefaultRotaryPct)), ThetaKey);
        var shape = rotary.Fitted(new ModelShape(
            layers, config.Size("hidden_size"), config.Size("intermediate_size"), heads, config.Size("vocab_size"),
            config.Size("max_position_embeddings")));
        var hasBias = config.FlagOr("attention_bias", true);
        var attention = new HeadedAttentionPlan(heads, heads, headWidth)
        {
            Fused = ("attention.query_key_value", FusedOrder.ByGroup), Out = "attention.dense", Bias = hasBias, OutBias = hasBias,
            Rotary = rotary,
        };
        var mlp = new DenseMlpPlan(shape.MlpWidth, config.TextOr("hidden_act", "gelu"))
        {
            Gate = null, Up = "mlp.dense_h_to_4h", Down = "mlp.dense_4h_to_h", Bias = true,
        };
        var norm = new NormPlan(NormKind.Layer, config.NumberOr("layer_norm_eps", DefaultLayerNormEps));
        var block = new BlockPlan(attention, mlp, norm) { IsParallel = config.FlagOr("use_parallel_residual", true), NormsFirst = true };
        return new("GPTNeoXForCausalLM", shape, norm, [.. Enumerable.Repeat(block, layers)])
        {
            Names = Names,
            IsTied = config.FlagOr("tie_word_embeddings", false),
        };
    }
}
