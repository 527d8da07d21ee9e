using Amend.Models.Layers;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>
/// Embedding, blocks and final norm: what a causal decoder, an encoder, and each side of an encoder-decoder is made of. A pass may
/// start at any block from a given residual stream, so that what cannot change is never computed twice. Its layers read the
/// parameters of the model's table; all tensors that its members return belong to the caller's dispose scope.
/// </summary>
public abstract class BlockStack
{
    private readonly WeightTable _weights;

    /// <summary>Creates the stack.</summary>
    /// <param name="stack">Which of a model's stacks it is.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="weights">The model's table, which owns the parameters and has the taps.</param>
    protected BlockStack(Stack stack, ModelShape shape, WeightTable weights)
    {
        Stack = stack;
        Shape = shape;
        Taps = weights.Taps;
        _weights = weights;
    }

    /// <summary>Which of a model's stacks it is.</summary>
    public Stack Stack { get; }

    /// <summary>The sizes.</summary>
    public ModelShape Shape { get; }

    /// <summary>The model's taps.</summary>
    public TapSet Taps { get; }

    /// <summary>
    /// Whether a block's output is its MLP's output added to the rest of the stream, so that a vector added to the one is
    /// added to the other; false where a norm stands between them.
    /// </summary>
    public virtual bool AddsMlpOutToStream => true;

    /// <summary>The sites that a pass over the whole stack visits.</summary>
    public IEnumerable<Site> Sites =>
    [
        Site.Embedding.In(Stack),
        .. Enumerable.Range(0, Shape.Layers).SelectMany(layer => SitesOfBlock(layer).Select(kind => new Site(kind, layer, Stack))),
    ];

    /// <summary>Whether the MLP multiplies its activated map with a second one, so that it has no <see cref="SiteKind.MlpUp"/>.</summary>
    protected virtual bool HasGate => false;

    /// <summary>Whether the blocks attend to an encoder's states, too.</summary>
    protected virtual bool AttendsAcross => false;

    /// <summary>The sites of a block's MLP that a pass visits.</summary>
    /// <param name="layer">The block.</param>
    protected virtual IEnumerable<SiteKind> SitesOfMlp(int layer) =>
        HasGate ? [SiteKind.MlpKey, SiteKind.MlpOut] : [SiteKind.MlpUp, SiteKind.MlpKey, SiteKind.MlpOut];

    private IEnumerable<SiteKind> SitesOfBlock(int layer) =>
    [
        SiteKind.AttentionOut,
        .. AttendsAcross ? [SiteKind.CrossAttentionOut] : Array.Empty<SiteKind>(),
        .. SitesOfMlp(layer),
        SiteKind.BlockOut,
    ];

    /// <summary>The first residual stream.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="positions">Positions, <c>[B,T]</c> or <c>[1,T]</c>, int64.</param>
    /// <param name="tokenTypes">Segments, <c>[B,T]</c>, int64, where the stack has them; all the first when null.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public abstract Tensor Embed(Tensor ids, Tensor positions, Tensor? tokenTypes = null);

    /// <summary>One block. What it computes on the way is left in the caller's dispose scope, too; <see cref="Blocks"/> frees it.</summary>
    /// <param name="layer">The block, from 0.</param>
    /// <param name="hidden">The residual stream before it, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder that attends to them.</param>
    /// <returns>The residual stream after it, <c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public abstract Tensor Block(int layer, Tensor hidden, AttentionScope scope, EncoderMemory? memory = null);

    /// <summary>What follows the last block before the head: the final norm, where the family has one.</summary>
    /// <param name="hidden">The last block's output, <c>[..,D]</c>.</param>
    /// <returns>
    /// The head's input, <c>[..,D]</c>, in the caller's dispose scope; <paramref name="hidden"/> itself where nothing follows.
    /// </returns>
    public virtual Tensor Finish(Tensor hidden) => hidden;

    /// <summary>
    /// The name of the MLP's down projection of a block in the family's checkpoints; null where the block is a mixture of experts, each
    /// with its own.
    /// </summary>
    public string? DownProjectionName(int layer) => DownProjectionOf(layer) is { } name ? InBlock(layer, $"{name}.weight") : null;

    /// <summary>The last map of a block's MLP: its down projection, or those of its experts.</summary>
    internal DownMap DownMap(int layer)
    {
        var dense = DownProjectionOf(layer);
        IReadOnlyList<string> names = dense is null ? ExpertProjectionsOf(layer) : [dense];
        return new DownMap(layer, [.. names.Select(part => _weights[InBlock(layer, $"{part}.weight")])], isMixture: dense is null);
    }

    /// <summary>The linear maps of a block, in the order of the family's checkpoints.</summary>
    public IReadOnlyList<BlockModule> Modules(int layer)
    {
        const string Weight = ".weight";
        var prefix = InBlock(layer, "");
        return
        [
            .. from weight in _weights.All
               where weight.Value.dim() == 2
               where weight.Name.StartsWith(prefix, StringComparison.Ordinal) && weight.Name.EndsWith(Weight, StringComparison.Ordinal)
               let name = weight.Name[prefix.Length..^Weight.Length]
               let bias = InBlock(layer, $"{name}.bias")
               select new BlockModule(name, weight, _weights.Contains(bias) ? _weights[bias] : null),
        ];
    }

    /// <summary>All parameters of a block, in the order of the table.</summary>
    public IEnumerable<ModelWeight> Parameters(int layer)
    {
        var prefix = InBlock(layer, "");
        return _weights.All.Where(weight => weight.Name.StartsWith(prefix, StringComparison.Ordinal));
    }

    /// <summary>The residual stream after block <paramref name="endLayer"/> - 1, before the final norm.</summary>
    /// <param name="hidden">The residual stream before block <paramref name="startLayer"/>, <c>[B,T,D]</c>.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder that attends to them.</param>
    /// <param name="startLayer">The first block to run.</param>
    /// <param name="endLayer">The block to stop before; the stack's end when null.</param>
    /// <exception cref="Tensors.AmendException">Adaptors are in force, and the scope does not say where prompts end.</exception>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope; <paramref name="hidden"/> itself where no block is run.</returns>
    public Tensor Blocks(Tensor hidden, AttentionScope scope, EncoderMemory? memory = null, int startLayer = 0, int? endLayer = null)
    {
        using var entered = Taps.Enter(scope);
        for (var layer = startLayer; layer < (endLayer ?? Shape.Layers); layer++)
        {
            using var inner = NewDisposeScope();
            hidden = Block(layer, hidden, scope, memory).MoveToOuterDisposeScope();
        }

        return hidden;
    }

    /// <summary>A whole pass: embedding, blocks, final norm.</summary>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="scope">Positions, mask and cache of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder that attends to them.</param>
    /// <param name="tokenTypes">Segments, <c>[B,T]</c>, int64; all the first when null.</param>
    /// <param name="start">Where the pass goes on; at the embedding when null, or where it is of another stack.</param>
    /// <returns><c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    public Tensor Run(
        Tensor ids, AttentionScope scope, EncoderMemory? memory = null, Tensor? tokenTypes = null, PassStart? start = null)
    {
        using var inner = NewDisposeScope();
        var hidden = start?.Stack == Stack
            ? Blocks(start.Hidden, scope, memory, start.Layer)
            : Blocks(Embed(ids, scope.Positions, tokenTypes), scope, memory);
        return Finish(hidden).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the blocks below one once, without gradients, for passes over the same tokens that go on there.</summary>
    /// <param name="layer">The first block that is not run.</param>
    /// <param name="ids">Token ids, <c>[B,T]</c>, int64.</param>
    /// <param name="scope">Positions and mask of the pass.</param>
    /// <param name="memory">The encoder's states, for a decoder that attends to them.</param>
    /// <param name="tokenTypes">Segments, <c>[B,T]</c>, int64; all the first when null.</param>
    /// <returns>Where those passes go on; the caller disposes.</returns>
    public PassStart Below(int layer, Tensor ids, AttentionScope scope, EncoderMemory? memory = null, Tensor? tokenTypes = null)
    {
        using var none = no_grad();
        using var inner = NewDisposeScope();
        var hidden = Blocks(Embed(ids, scope.Positions, tokenTypes), scope, memory, 0, layer);
        return new PassStart(Stack, layer, hidden, memory?.States);
    }

    /// <summary>The name of the MLP's down projection within any block, such as <c>mlp.c_proj</c>; null where blocks differ.</summary>
    protected virtual string? DownProjection => null;

    /// <summary>The name of the MLP's down projection within a block; null where the block is a mixture of experts.</summary>
    /// <param name="layer">The block.</param>
    protected virtual string? DownProjectionOf(int layer) => DownProjection;

    /// <summary>The names of the down projections of a block's experts within it; none, the default, where it has no experts.</summary>
    /// <param name="layer">The block.</param>
    protected virtual IReadOnlyList<string> ExpertProjectionsOf(int layer) => [];

    /// <summary>The full name of a block's parameter in the family's checkpoints.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="name">The name within it, such as <c>mlp.c_proj.weight</c>.</param>
    protected abstract string InBlock(int layer, string name);

    /// <summary>Passes a value through a site of this stack.</summary>
    /// <returns>The value itself, or what an open trace puts in its place.</returns>
    protected Tensor At(Site site, Tensor value) => Taps.At(site.In(Stack), value);

    /// <summary>An MLP without a gate, with the taps before its activation and on both sides of its down projection.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="up">The first map, <c>[F,D]</c>.</param>
    /// <param name="activation">The function between.</param>
    /// <param name="down">The second map, <c>[D,F]</c>.</param>
    /// <param name="value">The MLP's input, <c>[B,T,D]</c>.</param>
    /// <returns>The MLP's output, <c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    protected Tensor Mlp(int layer, Linear up, Func<Tensor, Tensor> activation, Linear down, Tensor value) =>
        MlpOut(layer, down, activation(At(Site.MlpUp(layer), up.Apply(value))));

    /// <summary>The MLP's down projection, with the taps on its two sides.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="down">The projection.</param>
    /// <param name="key">Its input, <c>[B,T,F]</c>.</param>
    /// <returns>The MLP's output, <c>[B,T,D]</c>, in the caller's dispose scope.</returns>
    protected Tensor MlpOut(int layer, Linear down, Tensor key) => At(Site.MlpOut(layer), down.Apply(At(Site.MlpKey(layer), key)));
}

/// <summary>A linear map of a block.</summary>
/// <param name="Name">Its name within the block, such as <c>attn.c_attn</c>.</param>
/// <param name="Weight">Its matrix, <c>[out,in]</c>.</param>
/// <param name="Bias">Its bias, <c>[out]</c>; null where it has none.</param>
public sealed record BlockModule(string Name, ModelWeight Weight, ModelWeight? Bias);
