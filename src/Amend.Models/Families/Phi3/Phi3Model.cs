using Amend.Models.Layers;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Phi3;

/// <summary>
/// Phi-3's forward pass: Llama's blocks with fused projections and rotary positions on part of each head (Abdin et al. 2024;
/// numerically Hugging Face's <c>Phi3ForCausalLM</c>).
/// </summary>
public sealed class Phi3Model : CausalDecoder
{
    private readonly Phi3Config _config;
    private readonly Phi3Block[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly RmsNorm _finalNorm;
    private readonly Linear _head;

    /// <summary>Builds the model over its parameters, which it then owns.</summary>
    public Phi3Model(Phi3Config config, WeightTable weights)
        : base(config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.HiddenAct);
        _tokens = Embedding.From(weights, Phi3Weights.Tokens);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Phi3Block.From(weights, config, layer))];
        _finalNorm = RmsNorm.From(weights, Phi3Weights.FinalNorm, config.RmsNormEps);
        _head = config.TieWordEmbeddings ? new Linear(_tokens.Table, Bias: null) : Linear.From(weights, Phi3Weights.Head);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions) => Taps.At(Site.Embedding, _tokens.Of(ids));

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + Taps.At(Site.AttentionOut(layer), Attention(layer, block, block.Norm1.Of(hidden), scope));
        var gateUp = block.GateUp.Of(block.Norm2.Of(attended_BTD)).chunk(2, 2);
        return Taps.At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, _activation(gateUp[0]) * gateUp[1]));
    }

    /// <inheritdoc/>
    public override Tensor Unembed(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return _head.Of(_finalNorm.Of(hidden)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override string DownProjectionName(int layer) => Phi3Weights.InBlock(layer, "mlp.down_proj.weight");

    private Tensor Attention(int layer, Phi3Block block, Tensor normed, AttentionScope scope)
    {
        var heads_BNTK = MultiHeadAttention.SplitHeads(block.QueryKeyValue.Of(normed), Shape.Heads + (2 * _config.KeyValueHeads));
        Tensor Heads(int from, int count) => heads_BNTK.narrow(1, from, count);
        var (query, key) = _config.Rotary.Turn(
            Heads(0, Shape.Heads), Heads(Shape.Heads, _config.KeyValueHeads), scope);
        var value = Heads(Shape.Heads + _config.KeyValueHeads, _config.KeyValueHeads);
        return block.AttentionOut.Of(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, query, key, value, scope, block.Form)));
    }
}
