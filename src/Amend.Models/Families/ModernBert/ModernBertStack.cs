using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families.ModernBert;

/// <summary>
/// ModernBERT's embedding, blocks and final norm (Warner et al. 2024; numerically <c>ModernBertModel</c> of transformers): rotary
/// positions, attention that is wide in some layers and near in the others, and a gated MLP.
/// </summary>
internal sealed class ModernBertStack : BlockStack
{
    private readonly Embedding _tokens;
    private readonly LayerNorm _embeddingNorm;
    private readonly LayerNorm _finalNorm;
    private readonly IReadOnlyList<ModernBertBlock> _blocks;

    /// <summary>Builds the stack over a table that holds its parameters.</summary>
    public ModernBertStack(ModernBertConfig config, WeightTable weights)
        : base(Stack.Encoder, config.Shape, weights)
    {
        _tokens = Embedding.From(weights, ModernBertWeights.Tokens);
        _embeddingNorm = LayerNorm.From(weights, ModernBertWeights.EmbeddingNorm, config.NormEpsilon);
        _finalNorm = LayerNorm.From(weights, ModernBertWeights.FinalNorm, config.NormEpsilon);
        _blocks = [.. Enumerable.Range(0, config.Shape.Layers).Select(layer => ModernBertBlock.From(config, weights, layer))];
    }

    /// <inheritdoc/>
    protected override bool HasGate => true;

    /// <inheritdoc/>
    protected override string DownProjection => "mlp.Wo";

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        return _embeddingNorm.Apply(At(Site.Embedding, _tokens.LookUp(ids))).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null)
    {
        var block = _blocks[layer];
        var attended_BTD = hidden + At(Site.AttentionOut(layer), Attend(layer, block, hidden, scope));
        var parts = block.Up.Apply(block.MlpNorm.Apply(attended_BTD)).chunk(2, 2);
        return At(Site.BlockOut(layer), attended_BTD + MlpOut(layer, block.Down, block.Activation(parts[0]) * parts[1]));
    }

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => ModernBertWeights.InBlock(layer, name);

    private Tensor Attend(int layer, ModernBertBlock block, Tensor hidden, AttentionScope scope)
    {
        var fused = block.Fused.Apply(block.AttentionNorm is { } norm ? norm.Apply(hidden) : hidden).chunk(3, 2);
        Tensor Heads(int part) => MultiHeadAttention.SplitHeads(fused[part], Shape.Heads);
        var (query, key) = block.Attention.Rotary.Turn(Heads(0), Heads(1), scope);
        var seen = block.Attention.Reach is { } reach ? scope.Within(reach, layer) : scope;
        return block.Out.Apply(MultiHeadAttention.JoinHeads(MultiHeadAttention.Attend(layer, query, key, Heads(2), seen)));
    }
}

/// <summary>The layers of one block; the first has no norm before its attention.</summary>
internal sealed record ModernBertBlock(LayerNorm? AttentionNorm, Linear Fused, Linear Out, ModernBertAttention Attention)
{
    /// <summary>The norm before the MLP.</summary>
    public required LayerNorm MlpNorm { get; init; }

    /// <summary>The MLP's first map: what is activated, and what that is multiplied with, <c>[2F,D]</c>.</summary>
    public required Linear Up { get; init; }

    /// <summary>The function between; its results are in the caller's dispose scope.</summary>
    public required Func<Tensor, Tensor> Activation { get; init; }

    /// <summary>The MLP's second map, <c>[D,F]</c>.</summary>
    public required Linear Down { get; init; }

    /// <summary>The layers of a block over the table.</summary>
    public static ModernBertBlock From(ModernBertConfig config, WeightTable weights, int layer)
    {
        Linear Map(string name) => Linear.From(weights, ModernBertWeights.InBlock(layer, name));
        LayerNorm Norm(string name) => LayerNorm.From(weights, ModernBertWeights.InBlock(layer, name), config.NormEpsilon);
        return new ModernBertBlock(layer == 0 ? null : Norm("attn_norm"), Map("attn.Wqkv"), Map("attn.Wo"), config.Layers[layer])
        {
            MlpNorm = Norm("mlp_norm"),
            Up = Map("mlp.Wi"),
            Activation = Activations.Find(config.HiddenActivation),
            Down = Map("mlp.Wo"),
        };
    }
}
