using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Gpt2;

/// <summary>
/// GPT-2's forward pass: pre-norm blocks of attention and MLP on a residual stream, learned positions
/// (Radford et al. 2019; numerically Hugging Face's <c>GPT2LMHeadModel</c>).
/// </summary>
public sealed class Gpt2Stack : BlockStack
{
    private readonly Gpt2Config _config;
    private readonly Gpt2Block[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly LayerNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public Gpt2Stack(Gpt2Config config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, Gpt2Weights.Tokens);
        _positions = Embedding.From(weights, Gpt2Weights.Positions);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => Gpt2Block.From(weights, layer, config.LayerNormEpsilon))];
        _finalNorm = LayerNorm.From(weights, Gpt2Weights.FinalNorm, config.LayerNormEpsilon);
    }

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        return (At(Site.Embedding, _tokens.LookUp(ids)) + _positions.LookUp(positions)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = scope.OfRead(layer, hidden) + At(Site.AttentionOut(layer), Attention(layer, block, hidden, scope));
        var mlp_BTD = Mlp(layer, block.Up, _activation, block.Down, block.Norm2.Apply(attended_BTD));
        return At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.c_proj";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => Gpt2Weights.InBlock(layer, name);

    private Tensor Attention(int layer, Gpt2Block block, Tensor hidden, AttentionScope scope)
    {
        var fused = block.Attention.Apply(block.Norm1.Apply(hidden)).chunk(3, 2);
        var query = MultiHeadAttention.SplitHeads(fused[0], _config.Shape.Heads);
        var key = MultiHeadAttention.SplitHeads(fused[1], _config.Shape.Heads);
        var value = MultiHeadAttention.SplitHeads(fused[2], _config.Shape.Heads);
        var scale = ExtraScale(layer);
        var attended = MultiHeadAttention.Attend(layer, scale == 1 ? query : query * scale, key, value, scope);
        return block.AttentionOut.Apply(scope.OfRead(layer, MultiHeadAttention.JoinHeads(attended)));
    }

    /// <summary>What the configuration asks for beyond the usual 1/√K.</summary>
    private double ExtraScale(int layer)
    {
        var scale = _config.ScaleAttnWeights ? 1.0 : Math.Sqrt(_config.Shape.Width / _config.Shape.Heads);
        return _config.ScaleAttnByInverseLayerIdx ? scale / (layer + 1) : scale;
    }
}

/// <summary>The layers of one GPT-2 block.</summary>
internal sealed record Gpt2Block(LayerNorm Norm1, Linear Attention, Linear AttentionOut, LayerNorm Norm2, Linear Up, Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static Gpt2Block From(WeightTable weights, int layer, double epsilon)
    {
        string Name(string name) => Gpt2Weights.InBlock(layer, name);
        return new Gpt2Block(
            LayerNorm.From(weights, Name("ln_1"), epsilon),
            Linear.From(weights, Name("attn.c_attn")),
            Linear.From(weights, Name("attn.c_proj")),
            LayerNorm.From(weights, Name("ln_2"), epsilon),
            Linear.From(weights, Name("mlp.c_fc")),
            Linear.From(weights, Name("mlp.c_proj")));
    }
}
