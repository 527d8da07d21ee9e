using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.T5;

/// <summary>
/// A stack of T5: norms without a mean before attention and MLP, no positions but in the attention's scores (Raffel et al.
/// 2020; numerically Hugging Face's <c>T5Stack</c>).
/// </summary>
public sealed class T5Stack : BlockStack
{
    private readonly Embedding _tokens;
    private readonly T5Block[] _blocks;
    private readonly RmsNorm _finalNorm;
    private readonly Func<Tensor, Tensor> _activation;

    /// <summary>Builds the stack over the model's table.</summary>
    public T5Stack(Stack stack, T5Config config, WeightTable weights)
        : base(stack, stack == Stack.Decoder ? config.Decoder : config.Encoder, weights)
    {
        _tokens = Embedding.From(weights, T5Weights.Shared);
        _blocks = [.. Enumerable.Range(0, Shape.Layers).Select(layer => T5Block.From(weights, config, stack, layer))];
        _finalNorm = RmsNorm.From(weights, T5Weights.FinalNorm(stack), config.LayerNormEpsilon);
        _activation = Activations.Find(config.Activation);
    }

    /// <inheritdoc/>
    protected override bool HasGate => _blocks is [{ Linear: not null }, ..];

    /// <inheritdoc/>
    protected override bool AttendsAcross => Stack == Stack.Decoder;

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null) => At(Site.Embedding, _tokens.LookUp(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + At(Site.AttentionOut(layer), block.Attention.Apply(layer, block.AttentionNorm.Apply(hidden), scope));
        if (block.Cross is var (norm, cross))
            attended_BTD = attended_BTD + At(Site.CrossAttentionOut(layer), cross.Across(layer, norm.Apply(attended_BTD), memory!));
        var normed_BTD = block.MlpNorm.Apply(attended_BTD);
        var mlp_BTD = block.Linear is null
            ? Mlp(layer, block.Up, _activation, block.Down, normed_BTD)
            : MlpOut(layer, block.Down, _activation(block.Up.Apply(normed_BTD)) * block.Linear.Apply(normed_BTD));
        return At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => $"{T5Weights.MlpPart(Stack)}.{T5Weights.MlpDown}";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => T5Weights.InBlock(Stack, layer, name);
}

/// <summary>
/// The layers of one T5 block; <c>Cross</c> is the decoder's attention to the encoder, <c>Linear</c> the second map of a gated MLP.
/// </summary>
internal sealed record T5Block(
    RmsNorm AttentionNorm,
    AttentionLayer Attention,
    (RmsNorm Norm, AttentionLayer Attention)? Cross,
    RmsNorm MlpNorm,
    Linear Up,
    Linear? Linear,
    Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static T5Block From(WeightTable weights, T5Config config, Stack stack, int layer)
    {
        var mlp = T5Weights.MlpPart(stack);
        string Name(int part, string name) => T5Weights.InBlock(stack, layer, part, name);
        RmsNorm Norm(int part) => RmsNorm.From(weights, Name(part, "layer_norm"), config.LayerNormEpsilon);
        Linear Map(string name) => Layers.Linear.From(weights, Name(mlp, $"DenseReluDense.{name}"));
        AttentionLayer Attention(int part, string name, RelativePositionBias? positions)
        {
            Linear Projection(string map) => Layers.Linear.From(weights, Name(part, $"{name}.{map}"));
            // Scores are not divided by the root of the head's width: the weights were initialised for it.
            var form = new AttentionForm { Scale = 1, RelativePositions = positions };
            return new AttentionLayer(Projection("q"), Projection("k"), Projection("v"), Projection("o"), config.Decoder.Heads, form);
        }

        var buckets = new RelativePositionBias(
            Embedding.From(weights, T5Weights.Buckets(stack)), config.MaxDistance, stack == Stack.Encoder);
        return new T5Block(
            Norm(0), Attention(0, "SelfAttention", buckets),
            stack == Stack.Decoder ? (Norm(1), Attention(1, "EncDecAttention", positions: null)) : null,
            Norm(mlp), Map(config.IsGated ? "wi_0" : "wi"), config.IsGated ? Map("wi_1") : null, Map("wo"));
    }
}
