using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;

namespace Amend.Models.Families.Gpt2;

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
    /// <summary>Reads the configuration.</summary>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    public static Gpt2Config Read(JsonElement config)
    {
        var width = config.Size("n_embd");
        config.HeadWidth("n_embd", "n_head");
        var shape = new ModelShape(
            config.Size("n_layer"),
            width,
            config.SizeOr("n_inner", 4 * width),
            config.Size("n_head"),
            config.Size("vocab_size"),
            config.Size("n_positions"));
        var activation = config.TextOr("activation_function", "gelu_new");
        Activations.Find(activation);
        return new Gpt2Config(
            shape,
            config.NumberOr("layer_norm_epsilon", 1e-5),
            activation,
            config.FlagOr("scale_attn_weights", true),
            config.FlagOr("scale_attn_by_inverse_layer_idx", false),
            config.FlagOr("tie_word_embeddings", true));
    }
}
