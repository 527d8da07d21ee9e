using Amend.Models.Families;
using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Decoders;

/// <summary>The forward pass of a plan: embedding, blocks, final norm.</summary>
internal sealed class DecoderStack : BlockStack
{
    private readonly DecoderPlan _plan;
    private readonly DecoderBlock[] _blocks;
    private readonly Embedding _tokens;
    private readonly Embedding? _positions;
    private readonly INorm? _embeddingNorm;
    private readonly INorm _finalNorm;

    /// <summary>Builds the stack over the parameters of a table.</summary>
    public DecoderStack(DecoderPlan plan, WeightTable weights)
        : base(Stack.Decoder, plan.Shape, weights)
    {
        _plan = plan;
        var names = plan.Names;
        _tokens = Embedding.From(weights, names.Of(names.Tokens));
        _positions = names.Positions is { } positions ? Embedding.From(weights, names.Of(positions)) : null;
        _embeddingNorm = names.EmbeddingNorm is { } norm ? plan.Norm.Build(weights, names.Of(norm)) : null;
        _blocks = [.. plan.Blocks.Select((block, layer) => block.Build(weights, names.Block(layer)))];
        _finalNorm = plan.Norm.Build(weights, names.Of(names.FinalNorm));
    }

    /// <inheritdoc/>
    public override bool AddsMlpOutToStream => _plan.Blocks.All(block => block is { Norms.BehindMlp: null, ResidualScale: 1 });

    /// <inheritdoc/>
    public override Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null)
    {
        using var scope = NewDisposeScope();
        var embedded_BTD = At(Site.Embedding, _tokens.LookUp(ids));
        if (_plan.EmbeddingScale != 1)
            embedded_BTD *= tensor(_plan.EmbeddingScale, dtype: embedded_BTD.dtype, device: embedded_BTD.device);
        if (_positions is not null)
            embedded_BTD += _positions.LookUp(positions);
        return (_embeddingNorm?.Apply(embedded_BTD) ?? embedded_BTD).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null) =>
        _blocks[layer].Apply(new BlockTaps(Taps, layer), hidden, scope);

    /// <inheritdoc/>
    public override Tensor Finish(Tensor hidden) => _finalNorm.Apply(hidden);

    /// <inheritdoc/>
    protected override string? DownProjectionOf(int layer) => _plan.Blocks[layer].Mlp.DownProjection;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> ExpertProjectionsOf(int layer) => _plan.Blocks[layer].Mlp.ExpertProjections;

    /// <inheritdoc/>
    protected override string InBlock(int layer, string name) => _plan.Names.Block(layer) + name;

    /// <inheritdoc/>
    protected override IEnumerable<SiteKind> SitesOfMlp(int layer) => _plan.Blocks[layer].Mlp.Sites;
}
