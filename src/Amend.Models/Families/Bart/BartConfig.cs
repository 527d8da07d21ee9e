using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.Bart;

/// <summary>What a BART <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Encoder">Sizes of the encoder: encoder_layers, d_model, encoder_ffn_dim, encoder_attention_heads, vocab_size, max_position_embeddings.</param>
/// <param name="Decoder">The same of the decoder.</param>
/// <param name="ActivationFunction">activation_function.</param>
/// <param name="ScaleEmbedding">scale_embedding: whether tokens are multiplied with √d_model.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record BartConfig(ModelShape Encoder, ModelShape Decoder, string ActivationFunction, bool ScaleEmbedding, bool TieWordEmbeddings)
{
    /// <summary>The norms' epsilon, which no configuration sets.</summary>
    public const double Epsilon = 1e-5;

    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent, or asks for norms that BART has not.</exception>
    public static BartConfig Read(JsonElement config)
    {
        foreach (var other in new[] { "normalize_before", "add_final_layer_norm", "static_position_embeddings" })
        {
            if (config.FlagOr(other, false))
                throw new ModelFormatException($"config.json: '{other}' is true, as in relatives of BART that are not known; give a BART model.");
        }

        var activation = config.TextOr("activation_function", "gelu");
        Activations.Find(activation);
        return new BartConfig(
            Shape(config, "encoder"),
            Shape(config, "decoder"),
            activation,
            config.FlagOr("scale_embedding", false),
            config.FlagOr("tie_word_embeddings", true));
    }

    private static ModelShape Shape(JsonElement config, string stack)
    {
        config.HeadWidth("d_model", $"{stack}_attention_heads");
        return new ModelShape(
            config.Size($"{stack}_layers"),
            config.Size("d_model"),
            config.Size($"{stack}_ffn_dim"),
            config.Size($"{stack}_attention_heads"),
            config.Size("vocab_size"),
            config.Size("max_position_embeddings"));
    }
}
