using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptNeoX;

/// <summary>
/// GPT-NeoX's forward pass: attention and MLP side by side on the residual stream, or one after the other; rotary positions on
/// part of each head (Black et al. 2022; numerically Hugging Face's <c>GPTNeoXForCausalLM</c>).
/// </summary>
public sealed class GptNeoXModel : CausalDecoder
{
    private readonly GptNeoXConfig _config;
    private readonly GptNeoXBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly LayerNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public GptNeoXModel(GptNeoXConfig config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenAct);
        _tokens = Embedding.From(weights, GptNeoXWeights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => GptNeoXBlock.From(weights, layer, config.LayerNormEps))];
        _finalNorm = LayerNorm.From(weights, GptNeoXWeights.FinalNorm, config.LayerNormEps);
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, GptNeoXWeights.Head);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions) => Taps.At(Site.Embedding, _tokens.Of(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + Taps.At(Site.AttentionOut(layer), Attention(layer, block, hidden, scope));
        var read_BTD = block.Norm2.Of(_config.UseParallelResidual ? hidden : attended_BTD);
        var mlp_BTD = MlpOut(layer, block.Down, _activation(block.Up.Of(read_BTD)));
        return Taps.At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => GptNeoXWeights.InBlock(layer, "mlp.dense_4h_to_h.weight");

    private Tensor Attention(int layer, GptNeoXBlock block, Tensor hidden, AttentionScope scope)
    {
        var fused_BT3D = block.QueryKeyValue.Of(block.Norm1.Of(hidden));
        var (query, key, value) = MultiHeadAttention.SplitFusedHeads(fused_BT3D, _config.Shape.Heads);
        (query, key) = _config.Rotary.Turn(query, key, scope);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, query, key, value, scope)));
    }
}
