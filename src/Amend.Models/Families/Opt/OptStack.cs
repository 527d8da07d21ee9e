using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.Opt;

/// <summary>
/// OPT's forward pass: GPT-3's blocks with ReLU and learned positions; the 350 M model has its norms behind the residual sums
/// and a narrower embedding (Zhang et al. 2022; numerically Hugging Face's <c>OPTForCausalLM</c>).
/// </summary>
public sealed class OptStack : BlockStack
{
    private readonly OptConfig _config;
    private readonly OptBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly Linear? _projectIn;
    private readonly Linear? _projectOut;
    private readonly LayerNorm? _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public OptStack(OptConfig config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, OptWeights.Tokens);
        _positions = Embedding.From(weights, OptWeights.Positions);
        if (config.EmbeddingWidth != config.Shape.Width)
            (_projectIn, _projectOut) = (Linear.From(weights, OptWeights.ProjectIn), Linear.From(weights, OptWeights.ProjectOut));
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => OptBlock.From(weights, config, layer))];
        _finalNorm = config.FinalNorm ? config.Norm(weights, OptWeights.FinalNorm) : null;
    }

    /// <inheritdoc/>
    public override bool AddsMlpOutToStream => _config.NormsBefore;

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        var tokens_BTE = _tokens.LookUp(ids);
        var tokens_BTD = At(Site.Embedding, _projectIn?.Apply(tokens_BTE) ?? tokens_BTE);
        return (tokens_BTD + _positions.LookUp(positions + OptWeights.PositionOffset)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attention_BTD = Attention(layer, block, NormBefore(block.AttentionNorm, hidden), scope);
        var attended_BTD = NormBehind(
            block.AttentionNorm, scope.OfRead(layer, hidden) + At(Site.AttentionOut(layer), attention_BTD));
        var mlp_BTD = Mlp(layer, block.Up, _activation, block.Down, NormBefore(block.MlpNorm, attended_BTD));
        return At(Site.BlockOut(layer), NormBehind(block.MlpNorm, attended_BTD + mlp_BTD));
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden)
    {
        var normed = _finalNorm?.Apply(hidden) ?? hidden;
        return _projectOut?.Apply(normed) ?? normed;
    }

    /// <inheritdoc/>
    protected override string DownProjection => "fc2";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => OptWeights.InBlock(layer, name);

    private Tensor NormBefore(LayerNorm norm, Tensor value) => _config.NormsBefore ? norm.Apply(value) : value;

    private Tensor NormBehind(LayerNorm norm, Tensor value) => _config.NormsBefore ? value : norm.Apply(value);

    private Tensor Attention(int layer, OptBlock block, Tensor normed, AttentionScope scope)
    {
        Tensor Heads(Linear projection) => MultiHeadAttention.SplitHeads(projection.Apply(normed), _config.Shape.Heads);
        var attended = MultiHeadAttention.Attend(layer, Heads(block.Query), Heads(block.Key), Heads(block.Value), scope);
        return block.AttentionOut.Apply(scope.OfRead(layer, MultiHeadAttention.JoinHeads(attended)));
    }
}

/// <summary>The layers of one OPT block.</summary>
internal sealed record OptBlock(
    Linear Query, Linear Key, Linear Value, Linear AttentionOut, LayerNorm AttentionNorm, Linear Up, Linear Down, LayerNorm MlpNorm)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names.</summary>
    public static OptBlock From(WeightTable weights, OptConfig config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, OptWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => config.Norm(weights, OptWeights.InBlock(layer, name));
        return new OptBlock(
            Map("self_attn.q_proj"), Map("self_attn.k_proj"), Map("self_attn.v_proj"), Map("self_attn.out_proj"),
            Norm("self_attn_layer_norm"),
            Map("fc1"), Map("fc2"), Norm("final_layer_norm"));
    }
}
