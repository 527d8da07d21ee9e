using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Opt;

/// <summary>OPT (Zhang et al. 2022) as Hugging Face's <c>OPTForCausalLM</c> stores and computes it.</summary>
public sealed class OptFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "opt";

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new() { ByteLevel = new(Begins: true) { BeginOfText = "</s>" } };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = OptConfig.Read(config);
        return Create(typed, WeightReader.ReadAll(OptWeights.Of(typed), checkpoint, dtype, device, OptWeights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(OptConfig config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? OptWeights.Tokens : OptWeights.Head);
        return new CausalDecoder("OPTForCausalLM", weights, new OptStack(config, weights), head.Apply);
    }
}

/// <summary>What an OPT <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Shape">Sizes: num_hidden_layers, hidden_size, ffn_dim, num_attention_heads, vocab_size, max_position_embeddings.</param>
/// <param name="EmbeddingWidth">word_embed_proj_dim: the width of the token embedding, projected where it is not hidden_size.</param>
/// <param name="ActivationFunction">activation_function.</param>
/// <param name="NormsBefore">do_layer_norm_before: whether norms stand before attention and MLP, or behind their residual sums.</param>
/// <param name="FinalNorm">Whether there is a final norm: with norms before, unless _remove_final_layer_norm.</param>
/// <param name="Biases">enable_bias: whether linear maps have biases.</param>
/// <param name="NormWeights">layer_norm_elementwise_affine: whether norms have a scale and a shift.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record OptConfig(
    ModelShape Shape,
    int EmbeddingWidth,
    string ActivationFunction,
    bool NormsBefore,
    bool FinalNorm,
    bool Biases,
    bool NormWeights,
    bool TieWordEmbeddings)
{
    /// <summary>The norms' epsilon, which no configuration sets.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>The norm of a name, with its scale and shift where norms have them.</summary>
    internal LayerNorm Norm(WeightTable weights, string name) =>
        NormWeights ? LayerNorm.From(weights, name, Epsilon) : new LayerNorm(Weight: null, Bias: null, Epsilon);

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static OptConfig Read(JsonElement config)
    {
        config.HeadWidth("hidden_size", "num_attention_heads");
        var normsBefore = config.FlagOr("do_layer_norm_before", true);
        return new OptConfig(
            new ModelShape(
                config.Size("num_hidden_layers"),
                config.Size("hidden_size"),
                config.Size("ffn_dim"),
                config.Size("num_attention_heads"),
                config.Size("vocab_size"),
                config.Size("max_position_embeddings")),
            config.SizeOr("word_embed_proj_dim", config.Size("hidden_size")),
            config.TextOr("activation_function", "relu"),
            normsBefore,
            normsBefore && !config.FlagOr("_remove_final_layer_norm", false),
            config.FlagOr("enable_bias", true),
            config.FlagOr("layer_norm_elementwise_affine", true),
            config.FlagOr("tie_word_embeddings", true));
    }
}
