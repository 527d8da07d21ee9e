using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Phi3;

/// <summary>Phi-3 and Phi-4 (Abdin et al. 2024) as Hugging Face's <c>Phi3ForCausalLM</c> stores and computes them.</summary>
public sealed class Phi3Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "phi3";

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new Phi3Gguf();

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new() { SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Phi3Config.Read(config);
        return Create(typed, WeightReader.ReadAll(Phi3Weights.Of(typed), checkpoint, dtype, device, Phi3Weights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(Phi3Config config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? Phi3Weights.Tokens : Phi3Weights.Head);
        return new CausalDecoder("Phi3ForCausalLM", weights, new Phi3Stack(config, weights), head.Apply);
    }
}

/// <summary>What a Phi-3 <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, max_position_embeddings (what a
/// scaling reaches).
/// </param>
/// <param name="KeyValueHeads">num_key_value_heads (num_attention_heads when missing).</param>
/// <param name="HeadWidth">hidden_size / num_attention_heads.</param>
/// <param name="Rotary">rope_theta and rope_scaling, on the first partial_rotary_factor of each head.</param>
/// <param name="Windows">sliding_window at every layer, null where there is none.</param>
/// <param name="RmsNormEps">rms_norm_eps.</param>
/// <param name="HiddenAct">hidden_act.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record Phi3Config(
    ModelShape Shape,
    int KeyValueHeads,
    int HeadWidth,
    Rotary Rotary,
    IReadOnlyList<int?> Windows,
    double RmsNormEps,
    string HiddenAct,
    bool TieWordEmbeddings)
{
    /// <summary>The epsilon where the file does not say.</summary>
    public const double DefaultRmsNormEps = 1e-5;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static Phi3Config Read(JsonElement config)
    {
        var (layers, headWidth) = (config.Size("num_hidden_layers"), config.HeadWidth("hidden_size", "num_attention_heads"));
        var rotary = RotaryReader.Read(config, (int)(headWidth * RotarySettings.Share(config, "partial_rotary_factor", 1)));
        return new Phi3Config(
            rotary.Fitted(new ModelShape(
                layers,
                config.Size("hidden_size"),
                config.Size("intermediate_size"),
                config.Size("num_attention_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings"))),
            config.KeyValueHeads("num_attention_heads", "num_key_value_heads"),
            headWidth,
            rotary,
            SlidingWindows.Read(config, layers, config.SizeOrNone("sliding_window", null), _ => true),
            config.NumberOr("rms_norm_eps", DefaultRmsNormEps),
            config.TextOr("hidden_act", "silu"),
            config.FlagOr("tie_word_embeddings", false));
    }
}
