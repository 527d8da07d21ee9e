using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.GptJ;

/// <summary>GPT-J (Wang and Komatsuzaki 2021) as Hugging Face's <c>GPTJForCausalLM</c> stores and computes it.</summary>
public sealed class GptJFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "gptj";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = GptJConfig.Read(config);
        return Create(typed, WeightReader.ReadAll(GptJWeights.Of(typed), checkpoint, dtype, device, GptJWeights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(GptJConfig config, WeightTable weights)
    {
        var head = config.TieWordEmbeddings
            ? Linear.From(weights, GptJWeights.Tokens, bias: GptJWeights.Head)
            : Linear.From(weights, GptJWeights.Head);
        return new CausalDecoder("GPTJForCausalLM", weights, new GptJStack(config, weights), head.Apply);
    }
}

/// <summary>What a GPT-J <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">Sizes: n_layer, n_embd, n_inner (4 n_embd when null), n_head, vocab_size, n_positions.</param>
/// <param name="Rotary">Neighbouring values of a head's first rotary_dim (the whole head when null) are turned.</param>
/// <param name="LayerNormEpsilon">layer_norm_epsilon.</param>
/// <param name="ActivationFunction">activation_function.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head's weight is the token embedding.</param>
public sealed record GptJConfig(ModelShape Shape, Rotary Rotary, double LayerNormEpsilon, string ActivationFunction, bool TieWordEmbeddings)
{
    private const int DefaultRotaryDim = 64;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static GptJConfig Read(JsonElement config)
    {
        var width = config.Size("n_embd");
        var headWidth = config.HeadWidth("n_embd", "n_head");
        return new GptJConfig(
            new ModelShape(
                config.Size("n_layer"),
                width,
                config.SizeOr("n_inner", 4 * width),
                config.Size("n_head"),
                config.Size("vocab_size"),
                config.Size("n_positions")),
            RotaryReader.Read(config, config.SizeOrNone("rotary_dim", DefaultRotaryDim) ?? headWidth)
                with { Layout = RotaryLayout.Neighbours },
            config.NumberOr("layer_norm_epsilon", 1e-5),
            config.TextOr("activation_function", "gelu_new"),
            config.FlagOr("tie_word_embeddings", false));
    }
}
