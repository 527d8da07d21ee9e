using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Llama;

/// <summary>
/// Llama's forward pass: pre-norm blocks with root-mean-square norms, rotary positions, grouped-query attention and a gated MLP
/// (Touvron et al. 2023; numerically Hugging Face's <c>LlamaForCausalLM</c>). Mistral and Qwen have the same blocks.
/// </summary>
public sealed class LlamaModel : CausalDecoder
{
    private readonly LlamaConfig _config;
    private readonly LlamaBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly RmsNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public LlamaModel(LlamaConfig config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenAct);
        _tokens = Embedding.From(weights, LlamaWeights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => LlamaBlock.From(weights, config, layer))];
        _finalNorm = RmsNorm.From(weights, LlamaWeights.FinalNorm, config.RmsNormEps);
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, LlamaWeights.Head);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions) => Taps.At(Site.Embedding, _tokens.Of(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + Taps.At(Site.AttentionOut(layer), Attention(layer, block, block.Norm1.Of(hidden), scope));
        var normed_BTD = block.Norm2.Of(attended_BTD);
        var key_BTF = _activation(block.Gate.Of(normed_BTD)) * block.Up.Of(normed_BTD);
        return Taps.At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, key_BTF));
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => LlamaWeights.InBlock(layer, "mlp.down_proj.weight");

    private Tensor Attention(int layer, LlamaBlock block, Tensor normed, AttentionScope scope)
    {
        var query = MultiHeadAttention.SplitHeads(block.Query.Of(normed), _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(block.Key.Of(normed), _config.KeyValueHeads);
        var value = MultiHeadAttention.SplitHeads(block.Value.Of(normed), _config.KeyValueHeads);
        (query, key) = _config.Rotary.Turn(block.QueryNorm?.Of(query) ?? query, block.KeyNorm?.Of(key) ?? key, scope);
        var attended = MultiHeadAttention.Attend(layer, query, key, value, scope, block.Form);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(attended));
    }
}
