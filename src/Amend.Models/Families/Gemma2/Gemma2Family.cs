using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Families.Llama;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Families.Gemma2;

/// <summary>Gemma 2 (Gemma Team 2024) as Hugging Face's <c>Gemma2ForCausalLM</c> stores and computes it.</summary>
public sealed class Gemma2Family : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gemma2";

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new Gemma2Gguf();

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new() { Classes = ["GemmaTokenizer"], SentencePiece = new(Begins: true) };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, ScalarType dtype, Device device)
    {
        var typed = Gemma2Config.Read(config);
        return Create(typed, WeightReader.ReadAll(Gemma2Weights.Of(typed), checkpoint, dtype, device, Gemma2Weights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(Gemma2Config config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? Gemma2Weights.Tokens : Gemma2Weights.Head);
        return new CausalDecoder(
            "Gemma2ForCausalLM", weights, new Gemma2Stack(config, weights),
            hidden => Bounded(head.Apply(hidden), config.FinalLogitSoftcapping));
    }

    private static Tensor Bounded(Tensor logits, double? bound) => bound is { } cap ? (logits / cap).tanh() * cap : logits;
}

/// <summary>What a Gemma 2 <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, max_position_embeddings.
/// </param>
/// <param name="KeyValueHeads">num_key_value_heads.</param>
/// <param name="HeadWidth">head_dim.</param>
/// <param name="Forms">
/// Each layer's attention: scores over √query_pre_attn_scalar, capped at attn_logit_softcapping, and sliding_window at every
/// even layer (or where layer_types says so).
/// </param>
/// <param name="FinalLogitSoftcapping">final_logit_softcapping: the bound of the logits; none when null.</param>
/// <param name="Rotary">rope_theta.</param>
/// <param name="RmsNormEps">rms_norm_eps.</param>
/// <param name="HiddenActivation">hidden_activation.</param>
/// <param name="AttentionBias">attention_bias.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record Gemma2Config(
    ModelShape Shape,
    int KeyValueHeads,
    int HeadWidth,
    IReadOnlyList<AttentionForm> Forms,
    double? FinalLogitSoftcapping,
    Rotary Rotary,
    double RmsNormEps,
    string HiddenActivation,
    bool AttentionBias,
    bool TieWordEmbeddings)
{
    /// <summary>The window where the file does not say.</summary>
    public const int DefaultWindow = 4096;

    /// <summary>The width of a head where the file does not say.</summary>
    public const int DefaultHeadWidth = 256;

    /// <summary>The number whose root scores are divided by where the file does not say.</summary>
    public const double DefaultQueryScalar = 256;

    /// <summary>The bound of scores where the file does not say.</summary>
    public const double DefaultScoreCap = 50;

    /// <summary>The bound of logits where the file does not say.</summary>
    public const double DefaultLogitCap = 30;

    /// <summary>The activation where the file does not say.</summary>
    public const string DefaultActivation = "gelu_pytorch_tanh";

    /// <summary>Whether a layer has a window where the file does not say.</summary>
    public static bool HasWindow(int layer) => layer % 2 == 0;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static Gemma2Config Read(JsonElement config)
    {
        var (layers, headWidth) = (config.Size("num_hidden_layers"), config.SizeOr("head_dim", DefaultHeadWidth));
        var windows = SlidingWindows.Read(config, layers, config.SizeOrNone("sliding_window", DefaultWindow), HasWindow);
        var form = new AttentionForm
        {
            Scale = 1 / Math.Sqrt(config.NumberOr("query_pre_attn_scalar", DefaultQueryScalar)),
            SoftCap = config.NumberOrNone("attn_logit_softcapping", DefaultScoreCap),
        };
        var rotary = RotaryReader.Read(config, headWidth);
        return new Gemma2Config(
            rotary.Fitted(new ModelShape(
                layers,
                config.Size("hidden_size"),
                config.Size("intermediate_size"),
                config.Size("num_attention_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings"))),
            config.KeyValueHeads("num_attention_heads", "num_key_value_heads"),
            headWidth,
            [.. windows.Select(window => form with { Window = window })],
            config.NumberOrNone("final_logit_softcapping", DefaultLogitCap),
            rotary,
            config.NumberOr("rms_norm_eps", LlamaConfig.DefaultRmsNormEps),
            config.TextOr("hidden_activation", DefaultActivation),
            config.FlagOr("attention_bias", false),
            config.FlagOr("tie_word_embeddings", true));
    }
}
