using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Families.Bart;

/// <summary>
/// BART (Lewis et al. 2020) as Hugging Face's <c>BartForConditionalGeneration</c> stores and computes it: BERT's blocks in both
/// stacks, positions that begin in the third row, and a bias of the logits. A <c>BartModel</c> is taken with the tied head.
/// </summary>
public sealed class BartFamily : IModelFamily
{
    /// <inheritdoc/>
    public string ModelType => "bart";

    /// <inheritdoc/>
    public TokenizerDefaults TokenizerDefaults { get; } = new() { Classes = ["BartTokenizer"], ByteLevel = new(Begins: true, Ends: true) };

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, ScalarType dtype, Device device)
    {
        var architecture = config.Architecture("BartForConditionalGeneration", "BartModel");
        var typed = BartConfig.Read(config);
        var marks = OutputMarks.Read(config, typed.Decoder.Vocabulary);
        var weights = WeightReader.ReadAll(BartWeights.Of(typed), checkpoint, dtype, device, BartWeights.Form);
        return new EncoderDecoder(
            architecture, weights,
            Blocks(Stack.Encoder, typed.Encoder, typed, weights), Blocks(Stack.Decoder, typed.Decoder, typed, weights),
            Head(typed, weights), marks);
    }

    private static Func<Tensor, Tensor> Head(BartConfig config, WeightTable weights)
    {
        var head = Linear.From(weights, config.TieWordEmbeddings ? BartWeights.Shared : BartWeights.Head);
        if (!weights.Contains(BartWeights.LogitsBias))
            return head.Apply;
        var bias = Parameter.From(weights, BartWeights.LogitsBias);
        return hidden => head.Apply(hidden) + bias.Value.view(-1);
    }

    private static PostNormStack Blocks(Stack stack, ModelShape shape, BartConfig config, WeightTable weights) => new(
        stack, shape, weights,
        new InputEmbedding(
            Embedding.From(weights, BartWeights.Shared),
            Embedding.From(weights, BartWeights.In(stack, "embed_positions")),
            BartWeights.PositionOffset,
            LayerNorm.From(weights, BartWeights.In(stack, "layernorm_embedding"), BartConfig.Epsilon))
        {
            Scale = config.ScaleEmbedding ? Math.Sqrt(shape.Width) : 1,
        },
        [.. Enumerable.Range(0, shape.Layers).Select(layer => Block(stack, shape, config, weights, layer))],
        new BlockNames((layer, name) => BartWeights.InBlock(stack, layer, name), "fc2"));

    private static PostNormBlock Block(Stack stack, ModelShape shape, BartConfig config, WeightTable weights, int layer)
    {
        Linear Map(string name) => Linear.From(weights, BartWeights.InBlock(stack, layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, BartWeights.InBlock(stack, layer, name), BartConfig.Epsilon);
        AttentionLayer Attention(string name) => new(
            Map($"{name}.q_proj"), Map($"{name}.k_proj"), Map($"{name}.v_proj"), Map($"{name}.out_proj"),
            shape.Heads, AttentionForm.Plain);
        return new PostNormBlock(
            Attention("self_attn"), Norm("self_attn_layer_norm"),
            Map("fc1"), Activations.Find(config.ActivationFunction), Map("fc2"), Norm("final_layer_norm"))
        {
            Cross = stack == Stack.Decoder ? (Attention("encoder_attn"), Norm("encoder_attn_layer_norm")) : null,
        };
    }
}

/// <summary>What a BART <c>config.json</c> says, typed; names as in the file.</summary>
/// <param name="Encoder">
/// Sizes of the encoder: encoder_layers, d_model, encoder_ffn_dim, encoder_attention_heads, vocab_size, max_position_embeddings.
/// </param>
/// <param name="Decoder">The same of the decoder.</param>
/// <param name="ActivationFunction">activation_function.</param>
/// <param name="ScaleEmbedding">scale_embedding: whether tokens are multiplied with √d_model.</param>
/// <param name="TieWordEmbeddings">tie_word_embeddings: whether the head is the token embedding.</param>
public sealed record BartConfig(
    ModelShape Encoder, ModelShape Decoder, string ActivationFunction, bool ScaleEmbedding, bool TieWordEmbeddings)
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
                throw new ModelFormatException(
                    $"config.json: '{other}' is true, as in relatives of BART that are not known; give a BART model.");
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
