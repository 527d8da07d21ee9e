using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Llama;

/// <summary>
/// Llama 1 to 3 (Touvron et al. 2023, Dubey et al. 2024) as Hugging Face's <c>LlamaForCausalLM</c> stores and computes them.
/// </summary>
public sealed class LlamaFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "llama";

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new LlamaGguf();

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new()
    {
        Classes = ["LlamaTokenizer", "CodeLlamaTokenizer"],
        SentencePiece = new(Begins: true),
    };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var attentionBias = config.FlagOr("attention_bias", false);
        var typed = LlamaConfig.Read(config) with
        {
            QueryKeyValueBias = attentionBias,
            AttentionOutBias = attentionBias,
            MlpBias = config.FlagOr("mlp_bias", false),
        };
        return Create(typed, WeightReader.ReadAll(LlamaWeights.Of(typed), checkpoint, dtype, device, LlamaWeights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    /// <param name="config">The sizes and what the family has of Llama's options.</param>
    /// <param name="weights">The parameters of <see cref="LlamaWeights.Of"/>.</param>
    /// <param name="architecture">What <c>config.json</c> calls it.</param>
    public static CausalDecoder Create(LlamaConfig config, WeightTable weights, string architecture = "LlamaForCausalLM")
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? LlamaWeights.Tokens : LlamaWeights.Head);
        return new CausalDecoder(architecture, weights, new LlamaStack(config, weights), head.Apply);
    }
}

/// <summary>
/// What the <c>config.json</c> of Llama, or of a family with Llama's blocks, says, typed; names as in the file.
/// </summary>
/// <param name="Shape">
/// Sizes: num_hidden_layers, hidden_size, intermediate_size, num_attention_heads, vocab_size, max_position_embeddings (what a
/// scaling reaches).
/// </param>
/// <param name="KeyValueHeads">num_key_value_heads (num_attention_heads when missing).</param>
/// <param name="HeadWidth">head_dim (hidden_size / num_attention_heads when missing).</param>
/// <param name="Rotary">rope_theta and rope_scaling.</param>
/// <param name="RmsNormEps">rms_norm_eps.</param>
/// <param name="HiddenAct">hidden_act.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record LlamaConfig(
    ModelShape Shape,
    int KeyValueHeads,
    int HeadWidth,
    Rotary Rotary,
    double RmsNormEps,
    string HiddenAct,
    bool TieWordEmbeddings)
{
    /// <summary>The epsilon where the file does not say.</summary>
    public const double DefaultRmsNormEps = 1e-6;

    /// <summary>The activation where the file does not say.</summary>
    public const string DefaultHiddenAct = "silu";

    /// <summary>The window of each layer, null where it sees all earlier tokens; none by default.</summary>
    public IReadOnlyList<int?> Windows { get; init; } = SlidingWindows.None(Shape.Layers);

    /// <summary>Whether the projections to queries, keys and values have biases.</summary>
    public bool QueryKeyValueBias { get; init; }

    /// <summary>Whether the attention's output projection has a bias.</summary>
    public bool AttentionOutBias { get; init; }

    /// <summary>Whether the MLP's projections have biases.</summary>
    public bool MlpBias { get; init; }

    /// <summary>Whether each head's query and key are normed before they are turned.</summary>
    public bool QueryKeyNorm { get; init; }

    /// <summary>Reads what all of these families say; what only some of them say is left at its default.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="headWidth">The width of a head where the file does not say; hidden_size / num_attention_heads when null.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static LlamaConfig Read(JsonElement config, int? headWidth = null)
    {
        var width = config.SizeOrNone("head_dim", headWidth) ?? config.HeadWidth("hidden_size", "num_attention_heads");
        var rotary = RotaryReader.Read(config, width);
        return new LlamaConfig(
            rotary.Fitted(new ModelShape(
                config.Size("num_hidden_layers"),
                config.Size("hidden_size"),
                config.Size("intermediate_size"),
                config.Size("num_attention_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings"))),
            config.KeyValueHeads("num_attention_heads", "num_key_value_heads"),
            width,
            rotary,
            config.NumberOr("rms_norm_eps", DefaultRmsNormEps),
            config.TextOr("hidden_act", DefaultHiddenAct),
            config.FlagOr("tie_word_embeddings", false));
    }
}
