using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Gemma2;

/// <summary>
/// Gemma 2's forward pass: norms before and behind attention and gated MLP, bounded scores and logits, windows at every other
/// layer (Gemma Team 2024; numerically Hugging Face's <c>Gemma2ForCausalLM</c>).
/// </summary>
public sealed class Gemma2Model : CausalDecoder
{
    private readonly Gemma2Config _config;
    private readonly Gemma2Block[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly RmsNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public Gemma2Model(Gemma2Config config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenActivation);
        _tokens = Embedding.From(weights, Gemma2Weights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Gemma2Block.From(weights, layer, config.RmsNormEps))];
        _finalNorm = RmsNorm.From(weights, Gemma2Weights.FinalNorm, config.RmsNormEps, aroundOne: true);
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, Gemma2Weights.Head);
    }

    /// <inheritdoc/>
    public override bool AddsMlpOutToStream => false;

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var tokens_BTD = Taps.At(Site.Embedding, _tokens.Of(ids));
        // The factor is rounded to the weights' type, as in training.
        var factor = tensor(Math.Sqrt(Shape.Width), dtype: tokens_BTD.dtype, device: tokens_BTD.device);
        return (tokens_BTD * factor).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attention_BTD = Taps.At(Site.AttentionOut(layer), Attention(layer, block, block.NormBeforeAttention.Of(hidden), scope));
        var attended_BTD = hidden + block.NormBehindAttention.Of(attention_BTD);
        var normed_BTD = block.NormBeforeMlp.Of(attended_BTD);
        var key_BTF = _activation(block.Gate.Of(normed_BTD)) * block.Up.Of(normed_BTD);
        var mlp_BTD = block.NormBehindMlp.Of(MlpOut(layer, block.Down, key_BTF));
        return Taps.At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        var logits = _head.Of(_finalNorm.Of(hidden));
        return (_config.FinalLogitSoftcapping is { } cap ? (logits / cap).tanh() * cap : logits).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => Gemma2Weights.InBlock(layer, "mlp.down_proj.weight");

    private Tensor Attention(int layer, Gemma2Block block, Tensor normed, AttentionScope scope)
    {
        var query = MultiHeadAttention.SplitHeads(block.Query.Of(normed), _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(block.Key.Of(normed), _config.KeyValueHeads);
        var value = MultiHeadAttention.SplitHeads(block.Value.Of(normed), _config.KeyValueHeads);
        (query, key) = _config.Rotary.Turn(query, key, scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, value, scope, _config.Forms[layer]);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(attended));
    }
}
