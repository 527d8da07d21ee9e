using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Opt;

/// <summary>
/// OPT's forward pass: GPT-3's blocks with ReLU and learned positions; the 350 M model has its norms behind the residual sums
/// and a narrower embedding (Zhang et al. 2022; numerically Hugging Face's <c>OPTForCausalLM</c>).
/// </summary>
public sealed class OptModel : CausalDecoder
{
    private readonly OptConfig _config;
    private readonly OptBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly Linear? _projectIn;
    private readonly Linear? _projectOut;
    private readonly LayerNorm? _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public OptModel(OptConfig config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, OptWeights.Tokens);
        _positions = Embedding.From(weights, OptWeights.Positions);
        if (config.EmbeddingWidth != config.Shape.Width)
            (_projectIn, _projectOut) = (Linear.From(weights, OptWeights.ProjectIn), Linear.From(weights, OptWeights.ProjectOut));
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => OptBlock.From(weights, config, layer))];
        _finalNorm = config.FinalNorm ? config.Norm(weights, OptWeights.FinalNorm) : null;
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, OptWeights.Head);
    }

    /// <inheritdoc/>
    public override bool AddsMlpOutToStream => _config.NormsBefore;

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var tokens_BTE = _tokens.Of(ids);
        var tokens_BTD = Taps.At(Site.Embedding, _projectIn?.Of(tokens_BTE) ?? tokens_BTE);
        return (tokens_BTD + _positions.Of(positions + OptWeights.PositionOffset)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attention_BTD = Attention(layer, block, NormBefore(block.AttentionNorm, hidden), scope);
        var attended_BTD = NormBehind(block.AttentionNorm, hidden + Taps.At(Site.AttentionOut(layer), attention_BTD));
        var key_BTF = _activation(block.Up.Of(NormBefore(block.MlpNorm, attended_BTD)));
        return Taps.At(Site.BlockOut(layer), NormBehind(block.MlpNorm, attended_BTD + MlpOut(layer, block.Down, key_BTF)));
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var normed = _finalNorm?.Of(hidden) ?? hidden;
        return _head.Of(_projectOut?.Of(normed) ?? normed).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => OptWeights.InBlock(layer, "fc2.weight");

    private Tensor NormBefore(LayerNorm norm, Tensor value) => _config.NormsBefore ? norm.Of(value) : value;

    private Tensor NormBehind(LayerNorm norm, Tensor value) => _config.NormsBefore ? value : norm.Of(value);

    private Tensor Attention(int layer, OptBlock block, Tensor normed, AttentionScope scope)
    {
        Tensor Heads(Linear projection) => MultiHeadAttention.SplitHeads(projection.Of(normed), _config.Shape.Heads);
        var attended = MultiHeadAttention.Attend(layer, Heads(block.Query), Heads(block.Key), Heads(block.Value), scope);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(attended));
    }
}
