using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptNeo;

/// <summary>
/// GPT-Neo's forward pass: GPT-2's, with scores that are not scaled and layers that see a window by turns with layers that
/// see all (Black et al. 2021; numerically Hugging Face's <c>GPTNeoForCausalLM</c>).
/// </summary>
public sealed class GptNeoModel : CausalDecoder
{
    private readonly GptNeoConfig _config;
    private readonly GptNeoBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly LayerNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public GptNeoModel(GptNeoConfig config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, GptNeoWeights.Tokens);
        _positions = Embedding.From(weights, GptNeoWeights.Positions);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => GptNeoBlock.From(weights, config, layer))];
        _finalNorm = LayerNorm.From(weights, GptNeoWeights.FinalNorm, config.LayerNormEpsilon);
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, GptNeoWeights.Head);
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
        var key_BTF = _activation(block.Up.Of(block.Norm2.Of(attended_BTD)));
        return Taps.At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, key_BTF));
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => GptNeoWeights.InBlock(layer, "mlp.c_proj.weight");

    private Tensor Attention(int layer, GptNeoBlock block, Tensor hidden, AttentionScope scope)
    {
        var normed_BTD = block.Norm1.Of(hidden);
        Tensor Heads(Linear projection) => MultiHeadAttention.SplitHeads(projection.Of(normed_BTD), _config.Shape.Heads);
        var attended = MultiHeadAttention.Attend(layer, Heads(block.Query), Heads(block.Key), Heads(block.Value), scope, block.Form);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(attended));
    }
}
