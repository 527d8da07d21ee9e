using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

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
    private readonly Tensor _tokenEmbedding;
    private readonly Tensor _positionEmbedding;
    private readonly Tensor _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public Gpt2Model(Gpt2Config config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokenEmbedding = weights[Gpt2Weights.TokenEmbedding].Value;
        _positionEmbedding = weights[Gpt2Weights.PositionEmbedding].Value;
        _head = config.TieWordEmbeddings ? _tokenEmbedding : weights[Gpt2Weights.Head].Value;
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Gpt2Block.From(weights, layer))];
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var tokens_BTD = Taps.At(Site.Embedding, Rows(_tokenEmbedding, ids));
        return (tokens_BTD + Rows(_positionEmbedding, positions)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + Taps.At(Site.AttentionOut(layer), Attention(layer, block, hidden, scope));
        var normed_BTD = Norm(attended_BTD, block.Norm2Weight, block.Norm2Bias);
        var key_BTF = Taps.At(Site.MlpKey(layer), _activation(Taps.At(Site.MlpUp(layer), linear(normed_BTD, block.UpWeight, block.UpBias))));
        var value_BTD = Taps.At(Site.MlpOut(layer), linear(key_BTF, block.DownWeight, block.DownBias));
        return Taps.At(Site.BlockOut(layer), attended_BTD + value_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var normed = Norm(hidden, Weights[Gpt2Weights.FinalNormWeight].Value, Weights[Gpt2Weights.FinalNormBias].Value);
        return linear(normed, _head).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => Gpt2Weights.InBlock(layer, "mlp.c_proj.weight");

    private Tensor Attention(int layer, Gpt2Block block, Tensor hidden, AttentionScope scope)
    {
        var normed_BTD = Norm(hidden, block.Norm1Weight, block.Norm1Bias);
        var fused = linear(normed_BTD, block.AttentionWeight, block.AttentionBias).chunk(3, 2);
        var query = MultiHeadAttention.SplitHeads(fused[0], _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(fused[1], _config.Shape.Heads);
        var value = MultiHeadAttention.SplitHeads(fused[2], _config.Shape.Heads);
        var scale = ExtraScale(layer);
        var attended = MultiHeadAttention.Attend(layer, scale == 1 ? query : query * scale, key, value, scope);
        return linear(MultiHeadAttention.JoinHeads(attended), block.AttentionOutWeight, block.AttentionOutBias);
    }

    /// <summary>What the configuration asks for beyond the usual 1/√K.</summary>
    private double ExtraScale(int layer)
    {
        var scale = _config.ScaleAttnWeights ? 1.0 : Math.Sqrt(_config.Shape.Width / _config.Shape.Heads);
        return _config.ScaleAttnByInverseLayerIdx ? scale / (layer + 1) : scale;
    }

    private Tensor Norm(Tensor value, Tensor weight, Tensor bias) =>
        layer_norm(value, [_config.Shape.Width], weight, bias, _config.LayerNormEpsilon);

    private static Tensor Rows(Tensor table, Tensor ids) =>
        table.index_select(0, ids.reshape(-1)).view(ids.shape[0], ids.shape[1], table.shape[1]);
}
