using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Sources.Gguf;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Gpt2;

/// <summary>GPT-2 (Radford et al. 2019) as Hugging Face's <c>GPT2LMHeadModel</c> stores and computes it.</summary>
public sealed class Gpt2Family : IFreshFamily
{
    internal const string Name = "gpt2";
    internal const string Architecture = "GPT2LMHeadModel";

    /// <inheritdoc/>
    public string ModelType => Name;

    /// <inheritdoc/>
    public IGgufArchitecture? Gguf { get; } = new Gpt2Gguf();

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = Gpt2Config.Read(config);
        var specs = Gpt2Weights.Of(typed.Shape, typed.TieWordEmbeddings);
        return Create(typed, WeightReader.ReadAll(specs, checkpoint, dtype, device, Gpt2Weights.Form));
    }

    /// <inheritdoc/>
    public CausalDecoder Create(JsonElement config, Func<WeightSpec, torch.Tensor> fresh)
    {
        var typed = Gpt2Config.Read(config);
        return Create(typed, WeightTable.Of(Gpt2Weights.Of(typed.Shape, typed.TieWordEmbeddings), fresh));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(Gpt2Config config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? Gpt2Weights.Tokens : Gpt2Weights.Head);
        return new CausalDecoder(Architecture, weights, new Gpt2Stack(config, weights), head.Apply);
    }
}

/// <summary>What a GPT-2 <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">Sizes: n_layer, n_embd, n_inner (4 n_embd when null), n_head, vocab_size, n_positions.</param>
/// <param name="LayerNormEpsilon">layer_norm_epsilon.</param>
/// <param name="ActivationFunction">activation_function.</param>
/// <param name="ScaleAttnWeights">scale_attn_weights: whether scores are divided by √K.</param>
/// <param name="ScaleAttnByInverseLayerIdx">scale_attn_by_inverse_layer_idx: whether scores are also divided by layer + 1.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record Gpt2Config(
    ModelShape Shape,
    double LayerNormEpsilon,
    string ActivationFunction,
    bool ScaleAttnWeights,
    bool ScaleAttnByInverseLayerIdx,
    bool TieWordEmbeddings)
{
    /// <summary>The epsilon where the file does not say.</summary>
    public const double DefaultLayerNormEpsilon = 1e-5;

    /// <summary>The activation where the file does not say.</summary>
    public const string DefaultActivation = "gelu_new";

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static Gpt2Config Read(JsonElement config)
    {
        var width = config.Size("n_embd");
        config.HeadWidth("n_embd", "n_head");
        var shape = new ModelShape(
            config.Size("n_layer"),
            width,
            MlpWidth(config),
            config.Size("n_head"),
            config.Size("vocab_size"),
            config.Size("n_positions"));
        var activation = config.TextOr("activation_function", DefaultActivation);
        Activations.Find(activation);
        return new Gpt2Config(
            shape,
            config.NumberOr("layer_norm_epsilon", DefaultLayerNormEpsilon),
            activation,
            config.FlagOr("scale_attn_weights", true),
            config.FlagOr("scale_attn_by_inverse_layer_idx", false),
            config.FlagOr("tie_word_embeddings", true));
    }

    /// <summary>n_inner, 4 n_embd when null.</summary>
    internal static int MlpWidth(JsonElement config) => config.SizeOr("n_inner", 4 * config.Size("n_embd"));

    /// <summary>
    /// The configuration as the family's <c>config.json</c> writes it, but for token ids and types, which it does not hold.
    /// </summary>
    public IReadOnlyDictionary<string, object> ToJson() => new SortedDictionary<string, object>(StringComparer.Ordinal)
    {
        ["activation_function"] = ActivationFunction,
        ["architectures"] = new[] { Gpt2Family.Architecture },
        ["layer_norm_epsilon"] = LayerNormEpsilon,
        ["model_type"] = Gpt2Family.Name,
        ["n_embd"] = Shape.Width,
        ["n_head"] = Shape.Heads,
        ["n_inner"] = Shape.MlpWidth,
        ["n_layer"] = Shape.Layers,
        ["n_positions"] = Shape.ContextLength,
        ["scale_attn_by_inverse_layer_idx"] = ScaleAttnByInverseLayerIdx,
        ["scale_attn_weights"] = ScaleAttnWeights,
        ["tie_word_embeddings"] = TieWordEmbeddings,
        ["vocab_size"] = Shape.Vocabulary,
    };
}
