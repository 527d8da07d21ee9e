using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Bloom;

/// <summary>
/// BLOOM's forward pass: pre-norm blocks, linear attention biases in the place of positions, a norm behind the embedding
/// (BigScience 2022; numerically Hugging Face's <c>BloomForCausalLM</c>).
/// </summary>
public sealed class BloomModel : CausalDecoder
{
    private readonly BloomConfig _config;
    private readonly BloomBlock[] _blocks;
    private readonly AttentionForm _form;
    private readonly Func<Tensor, Tensor> _activation = Activations.Find("gelu_new");
    private readonly Embedding _tokens;
    private readonly LayerNorm _embeddingNorm;
    private readonly LayerNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public BloomModel(BloomConfig config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _form = new AttentionForm { AlibiSlopes = Alibi.Slopes(config.Shape.Heads) };
        _tokens = Embedding.From(weights, BloomWeights.Tokens);
        _embeddingNorm = LayerNorm.From(weights, BloomWeights.EmbeddingNorm, config.LayerNormEpsilon);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => BloomBlock.From(weights, layer, config.LayerNormEpsilon))];
        _finalNorm = LayerNorm.From(weights, BloomWeights.FinalNorm, config.LayerNormEpsilon);
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, BloomWeights.Head);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions)
    {
        using var scope = NewDisposeScope();
        return _embeddingNorm.Of(Taps.At(Site.Embedding, _tokens.Of(ids))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var normed1_BTD = block.Norm1.Of(hidden);
        var attention_BTD = Taps.At(Site.AttentionOut(layer), Attention(layer, block, normed1_BTD, scope));
        var attended_BTD = attention_BTD + (_config.ResidualBehindNorm ? normed1_BTD : hidden);
        var normed2_BTD = block.Norm2.Of(attended_BTD);
        var mlp_BTD = MlpOut(layer, block.Down, _activation(block.Up.Of(normed2_BTD)));
        return Taps.At(Site.BlockOut(layer), mlp_BTD + (_config.ResidualBehindNorm ? normed2_BTD : attended_BTD));
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => BloomWeights.InBlock(layer, "mlp.dense_4h_to_h.weight");

    private Tensor Attention(int layer, BloomBlock block, Tensor normed, AttentionScope scope)
    {
        var (query, key, value) = MultiHeadAttention.SplitFusedHeads(block.QueryKeyValue.Of(normed), _config.Shape.Heads);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, query, key, value, scope, _form)));
    }
}
