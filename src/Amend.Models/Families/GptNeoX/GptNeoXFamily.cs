using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.GptNeoX;

/// <summary>
/// GPT-NeoX (Black et al. 2022) and Pythia (Biderman et al. 2023), as Hugging Face's <c>GPTNeoXForCausalLM</c> stores and computes
/// them.
/// </summary>
public sealed class GptNeoXFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gpt_neox";

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new GptNeoXGguf();

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = GptNeoXConfig.Read(config);
        return Create(typed, WeightReader.ReadAll(GptNeoXWeights.Of(typed), checkpoint, dtype, device, GptNeoXWeights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(GptNeoXConfig config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? GptNeoXWeights.Tokens : GptNeoXWeights.Head);
        return new CausalDecoder("GPTNeoXForCausalLM", weights, new GptNeoXStack(config, weights), head.Apply);
    }
}

/// <summary>What a GPT-NeoX <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, max_position_embeddings.
/// </param>
/// <param name="Rotary">The first rotary_pct of each head is turned, with the base rotary_emb_base.</param>
/// <param name="LayerNormEps">layer_norm_eps.</param>
/// <param name="HiddenAct">hidden_act.</param>
/// <param name="UseParallelResidual">use_parallel_residual: whether attention and MLP read the same residual stream.</param>
/// <param name="AttentionBias">attention_bias: whether the attention's projections have biases.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record GptNeoXConfig(
    ModelShape Shape,
    Rotary Rotary,
    double LayerNormEps,
    string HiddenAct,
    bool UseParallelResidual,
    bool AttentionBias,
    bool TieWordEmbeddings)
{
    /// <summary>The share of a head that is turned where the file does not say.</summary>
    public const double DefaultRotaryPct = 0.25;

    /// <summary>The epsilon where the file does not say.</summary>
    public const double DefaultLayerNormEps = 1e-5;

    /// <summary>The key of the rotary base.</summary>
    internal const string ThetaKey = "rotary_emb_base";

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static GptNeoXConfig Read(JsonElement config)
    {
        var turned = RotarySettings.Share(config, "rotary_pct", DefaultRotaryPct);
        var rotary = RotaryReader.Read(config, (int)(config.HeadWidth("hidden_size", "num_attention_heads") * turned), ThetaKey);
        return new GptNeoXConfig(
            rotary.Fitted(new ModelShape(
                config.Size("num_hidden_layers"),
                config.Size("hidden_size"),
                config.Size("intermediate_size"),
                config.Size("num_attention_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings"))),
            rotary,
            config.NumberOr("layer_norm_eps", DefaultLayerNormEps),
            config.TextOr("hidden_act", "gelu"),
            config.FlagOr("use_parallel_residual", true),
            config.FlagOr("attention_bias", true),
            config.FlagOr("tie_word_embeddings", false));
    }
}
