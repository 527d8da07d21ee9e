using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Gpt2;

/// <summary>
/// GPT-2's forward pass: pre-norm blocks of attention and MLP on a residual stream, learned positions, tied head
/// (Radford et al. 2019; numerically Hugging Face's <c>GPT2LMHeadModel</c>).
/// </summary>
public sealed class Gpt2Model : CausalDecoder
{
    private readonly Gpt2Config _config;
    private readonly Gpt2Block[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly LayerNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public Gpt2Model(Gpt2Config config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = new Embedding(weights[Gpt2Weights.TokenEmbedding].Value);
        _positions = new Embedding(weights[Gpt2Weights.PositionEmbedding].Value);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Gpt2Block.From(weights, layer, config.LayerNormEpsilon))];
        _finalNorm = LayerNorm.From(weights, Gpt2Weights.FinalNorm, config.LayerNormEpsilon);
        _head = new Linear(config.TieWordEmbeddings ? _tokens.Table : weights[Gpt2Weights.Head].Value, Bias: null);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions)
    {
        using var scope = NewDisposeScope();
        return (Taps.At(Site.Embedding, _tokens.Of(ids)) + _positions.Of(positions)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + Taps.At(Site.AttentionOut(layer), Attention(layer, block, hidden, scope));
        var key_BTF = _activation(Taps.At(Site.MlpUp(layer), block.Up.Of(block.Norm2.Of(attended_BTD))));
        return Taps.At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, key_BTF));
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => Gpt2Weights.InBlock(layer, "mlp.c_proj.weight");

    private Tensor Attention(int layer, Gpt2Block block, Tensor hidden, AttentionScope scope)
    {
        var fused = block.Attention.Of(block.Norm1.Of(hidden)).chunk(3, 2);
        var query = MultiHeadAttention.SplitHeads(fused[0], _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(fused[1], _config.Shape.Heads);
        var value = MultiHeadAttention.SplitHeads(fused[2], _config.Shape.Heads);
        var scale = ExtraScale(layer);
        var attended = MultiHeadAttention.Attend(layer, scale == 1 ? query : query * scale, key, value, scope);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(attended));
    }

    /// <summary>What the configuration asks for beyond the usual 1/√K.</summary>
    private double ExtraScale(int layer)
    {
        var scale = _config.ScaleAttnWeights ? 1.0 : Math.Sqrt(_config.Shape.Width / _config.Shape.Heads);
        return _config.ScaleAttnByInverseLayerIdx ? scale / (layer + 1) : scale;
    }
}
