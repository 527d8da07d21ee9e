using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families.Bloom;

/// <summary>BLOOM (BigScience 2022) as Hugging Face's <c>BloomForCausalLM</c> stores and computes it.</summary>
public sealed class BloomFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "bloom";

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        var typed = BloomConfig.Read(config);
        return Create(typed, WeightReader.ReadAll(BloomWeights.Of(typed), checkpoint, dtype, device, BloomWeights.Form));
    }

    /// <summary>Puts the model together over its parameters, which it then owns.</summary>
    public static CausalDecoder Create(BloomConfig config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? BloomWeights.Tokens : BloomWeights.Head);
        return new CausalDecoder("BloomForCausalLM", weights, new BloomStack(config, weights), head.Apply);
    }
}

/// <summary>What a BLOOM <c>config.json</c> says, typed; names as in the file, of which older files have others.</summary>
/// <param name="Shape">Sizes: n_layer, hidden_size (n_embed), 4 hidden_size, n_head (num_attention_heads), vocab_size, seq_length.</param>
/// <param name="LayerNormEpsilon">layer_norm_epsilon.</param>
/// <param name="ResidualBehindNorm">apply_residual_connection_post_layernorm: whether residual sums start from the normed values.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record BloomConfig(ModelShape Shape, double LayerNormEpsilon, bool ResidualBehindNorm, bool TieWordEmbeddings)
{
    /// <summary>The context of BLOOM's training, for files that do not say; linear biases have no last position.</summary>
    private const int DefaultContext = 2048;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static BloomConfig Read(JsonElement config)
    {
        string Key(string name, string older) => config.TryGetProperty(older, out _) && !config.TryGetProperty(name, out _) ? older : name;
        var (width, heads) = (Key("hidden_size", "n_embed"), Key("n_head", "num_attention_heads"));
        config.HeadWidth(width, heads);
        return new BloomConfig(
            new ModelShape(
                config.Size(Key("n_layer", "num_hidden_layers")),
                config.Size(width),
                4 * config.Size(width),
                config.Size(heads),
                config.Size("vocab_size"),
                config.SizeOr("seq_length", DefaultContext)),
            config.NumberOr("layer_norm_epsilon", 1e-5),
            config.FlagOr("apply_residual_connection_post_layernorm", false),
            config.FlagOr("tie_word_embeddings", true));
    }
}
