using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.GptNeo;

/// <summary>
/// GPT-Neo's forward pass: GPT-2's, with scores that are not scaled and layers that see a window by turns with layers that
/// see all (Black et al. 2021; numerically Hugging Face's <c>GPTNeoForCausalLM</c>).
/// </summary>
public sealed class GptNeoStack : BlockStack
{
    private readonly GptNeoConfig _config;
    private readonly GptNeoBlock[] _blocks;
    private readonly Func<Tensor, Tensor> _activation;
    private readonly Embedding _tokens;
    private readonly Embedding _positions;
    private readonly LayerNorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public GptNeoStack(GptNeoConfig config, WeightTable weights)
        : base(Stack.Decoder, config.Shape, weights)
    {
        _config = config;
        _activation = Activations.Find(config.ActivationFunction);
        _tokens = Embedding.From(weights, GptNeoWeights.Tokens);
        _positions = Embedding.From(weights, GptNeoWeights.Positions);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => GptNeoBlock.From(weights, config, layer))];
        _finalNorm = LayerNorm.From(weights, GptNeoWeights.FinalNorm, config.LayerNormEpsilon);
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
        var attended_BTD = hidden + At(Site.AttentionOut(layer), Attention(layer, block, hidden, scope));
        var mlp_BTD = Mlp(layer, block.Up, _activation, block.Down, block.Norm2.Apply(attended_BTD));
        return At(Site.BlockOut(layer), attended_BTD + mlp_BTD);
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.c_proj";

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => GptNeoWeights.InBlock(layer, name);

    private Tensor Attention(int layer, GptNeoBlock block, Tensor hidden, AttentionScope scope)
    {
        var normed_BTD = block.Norm1.Apply(hidden);
        Tensor Heads(Linear projection) => MultiHeadAttention.SplitHeads(projection.Apply(normed_BTD), _config.Shape.Heads);
        var attended = MultiHeadAttention.Attend(layer, Heads(block.Query), Heads(block.Key), Heads(block.Value), scope, block.Form);
        return block.AttentionOut.Apply(MultiHeadAttention.JoinHeads(attended));
    }
}

/// <summary>The layers of one GPT-Neo block.</summary>
internal sealed record GptNeoBlock(
    AttentionForm Form,
    LayerNorm Norm1,
    Linear Query,
    Linear Key,
    Linear Value,
    Linear AttentionOut,
    LayerNorm Norm2,
    Linear Up,
    Linear Down)
{
    /// <summary>The layers of a block from the table, under Hugging Face's names; scores are not scaled.</summary>
    public static GptNeoBlock From(WeightTable weights, GptNeoConfig config, int layer)
    {
        Linear Map(string name) => Linear.From(weights, GptNeoWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, GptNeoWeights.InBlock(layer, name), config.LayerNormEpsilon);
        return new GptNeoBlock(
            new AttentionForm { Scale = 1, Window = config.Windows[layer] },
            Norm("ln_1"),
            Map("attn.attention.q_proj"), Map("attn.attention.k_proj"), Map("attn.attention.v_proj"), Map("attn.attention.out_proj"),
            Norm("ln_2"), Map("mlp.c_fc"), Map("mlp.c_proj"));
    }
}
