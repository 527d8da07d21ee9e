using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Layers;
using Amend.Models.Shapes;
using Amend.Models.Taps;
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
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, ScalarType dtype, Device device)
    {
        var architecture = config.Architecture("BartForConditionalGeneration", "BartModel");
        var typed = BartConfig.Read(config);
        var marks = OutputMarks.Read(config, typed.Decoder.Vocabulary);
        var weights = WeightReader.ReadAll(
            BartWeights.Of(typed, checkpoint.Contains(BartWeights.LogitsBias)), checkpoint, dtype, device, BartWeights.Prefix);
        var taps = new TapSet();
        return new EncoderDecoder(
            architecture, weights, Blocks(Stack.Encoder, typed.Encoder, typed, weights, taps), Blocks(Stack.Decoder, typed.Decoder, typed, weights, taps),
            Head(typed, weights), marks);
    }

    private static Func<Tensor, Tensor> Head(BartConfig config, WeightTable weights)
    {
        var head = new Linear(weights[$"{(config.TieWordEmbeddings ? BartWeights.Shared : BartWeights.Head)}.weight"].Value, Bias: null);
        if (!weights.Contains(BartWeights.LogitsBias))
            return head.Of;
        var bias = weights[BartWeights.LogitsBias].Value;
        return hidden => head.Of(hidden) + bias.view(-1);
    }

    private static PostNormStack Blocks(Stack stack, ModelShape shape, BartConfig config, WeightTable weights, TapSet taps) => new(
        stack, shape, taps,
        new InputEmbedding(
            Embedding.From(weights, BartWeights.Shared), Embedding.From(weights, BartWeights.In(stack, "embed_positions")), BartWeights.PositionOffset,
            LayerNorm.From(weights, BartWeights.In(stack, "layernorm_embedding"), BartConfig.Epsilon))
        {
            Scale = config.ScaleEmbedding ? Math.Sqrt(shape.Width) : 1,
        },
        [.. Enumerable.Range(0, shape.Layers).Select(layer => Block(stack, shape, config, weights, layer))],
        layer => BartWeights.InBlock(stack, layer, "fc2.weight"));

    private static PostNormBlock Block(Stack stack, ModelShape shape, BartConfig config, WeightTable weights, int layer)
    {
        Linear Map(string name) => Linear.From(weights, BartWeights.InBlock(stack, layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, BartWeights.InBlock(stack, layer, name), BartConfig.Epsilon);
        AttentionLayer Attention(string name) =>
            new(Map($"{name}.q_proj"), Map($"{name}.k_proj"), Map($"{name}.v_proj"), Map($"{name}.out_proj"), shape.Heads, AttentionForm.Plain);
        return new PostNormBlock(
            Attention("self_attn"), Norm("self_attn_layer_norm"), Map("fc1"), Activations.Find(config.ActivationFunction), Map("fc2"), Norm("final_layer_norm"))
        {
            Cross = stack == Stack.Decoder ? (Attention("encoder_attn"), Norm("encoder_attn_layer_norm")) : null,
        };
    }
}
