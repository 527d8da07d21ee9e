using static TorchSharp.torch;

namespace Amend.Models.Passes;

/// <summary>
/// What the blocks of one pass share: positions, which tokens a token may attend to, and the cached past. Its tensors live in
/// the caller's dispose scope.
/// </summary>
public sealed class AttentionScope
{
    private readonly Tensor? _keyPositions;
    private Func<int, Tensor>? _maskOfLayer;
    private Tensor? _mask;
    private IReadOnlyList<long>? _lengths;
    private (int Layer, Tensor Places)? _read;

    private AttentionScope(Tensor positions, Tensor? keyPositions, Tensor? mask, Func<int, Tensor>? maskOfLayer, KeyValueCache? cache)
    {
        Positions = positions;
        _keyPositions = keyPositions;
        _mask = mask;
        _maskOfLayer = maskOfLayer;
        Cache = cache;
    }

    /// <summary>Position of each token, <c>[B,T]</c> or <c>[1,T]</c>, int64.</summary>
    public Tensor Positions { get; }

    /// <summary>Position of each key, past ones first, <c>[B,S]</c> or <c>[1,S]</c>, int64.</summary>
    /// <exception cref="InvalidOperationException">The pass was given a past without its positions.</exception>
    public Tensor KeyPositions => _keyPositions
        ?? throw new InvalidOperationException(
            "A pass with sliding windows or linear biases was given a past without its positions; give AttentionScope.Given the "
            + "positions of its keys.");

    /// <summary>The past that the pass continues, or null.</summary>
    public KeyValueCache? Cache { get; }

    /// <summary>Whether the pass is over whole sequences, each in a row of its own: nothing is cached, and no prefix is shared.</summary>
    public bool IsWhole { get; private init; }

    /// <summary>The passes that a joined pass is made of, in order; null where it is one.</summary>
    public IReadOnlyList<AttentionScope>? Parts { get; private init; }

    /// <summary>
    /// Where prompts end: true at the last token of each prompt, past tokens first, bool <c>[B,S]</c>; null where nobody has said it. A
    /// token that sees such a token is that prompt's end or behind it, so that adaptors know what was asked.
    /// </summary>
    public Tensor? PromptEnds { get; private set; }

    /// <summary>
    /// What the attention's weights, <c>[B,H,T,S]</c>, go through before they weigh the values, within the graph of gradients; null for
    /// nothing. Dropout in training is such a thing.
    /// </summary>
    public Func<Tensor, Tensor>? Weighing { get; private set; }

    /// <summary>How many tokens each sequence has, past ones included, B of them; one where all have the same positions.</summary>
    public IReadOnlyList<long> Lengths => _lengths ??= [.. (KeyPositions.amax([1]) + 1).cpu().data<long>()];

    /// <summary>True at the last real token of each row, bool <c>[B,S]</c>, in the caller's dispose scope.</summary>
    /// <param name="tokenMask">True at real tokens, bool <c>[B,S]</c>; padding may be on either side.</param>
    public static Tensor LastTokens(Tensor tokenMask)
    {
        var counted = tokenMask.to(int64).cumsum(1);
        return tokenMask.logical_and(counted.eq(counted.narrow(1, counted.shape[1] - 1, 1)));
    }

    /// <summary>True at the first real token of each row, bool <c>[B,S]</c>, in the caller's dispose scope.</summary>
    /// <param name="tokenMask">True at real tokens, bool <c>[B,S]</c>; padding may be on either side.</param>
    public static Tensor FirstTokens(Tensor tokenMask) => tokenMask.logical_and(tokenMask.to(int64).cumsum(1).eq(1));

    /// <summary>The same pass, told where its prompts end.</summary>
    /// <param name="promptEnds">See <see cref="PromptEnds"/>; it lives in the caller's dispose scope.</param>
    public AttentionScope EndingAt(Tensor promptEnds)
    {
        var told = (AttentionScope)MemberwiseClone();
        told.PromptEnds = promptEnds;
        return told;
    }

    /// <summary>The same pass, whose attention weights go through something.</summary>
    /// <param name="through">See <see cref="Weighing"/>.</param>
    public AttentionScope WeighingThrough(Func<Tensor, Tensor> through)
    {
        var weighing = (AttentionScope)MemberwiseClone();
        weighing.Weighing = through;
        return weighing;
    }

    /// <summary>
    /// The same pass, in which the output of one block is read at some tokens alone: what is behind that block's attention is computed
    /// for them, and it gives out <c>[B,N,D]</c>. Causal decoders do so; other stacks give out all tokens.
    /// </summary>
    /// <param name="layer">The block, the pass's last.</param>
    /// <param name="places">Their places among the present tokens, the same in all rows, int64 <c>[N]</c>; the caller's.</param>
    public AttentionScope ReadAt(int layer, Tensor places)
    {
        var reading = (AttentionScope)MemberwiseClone();
        reading._read = (layer, places);
        return reading;
    }

    /// <summary>
    /// What a block computes on with, of a value that it has for each present token, <c>[B,T,..]</c>: those of the tokens at which its
    /// output is read. A view, or in the caller's dispose scope.
    /// </summary>
    internal Tensor OfRead(int layer, Tensor value) =>
        _read is { } read && read.Layer == layer ? value.index_select(1, read.Places) : value;

    /// <summary>The same pass, in which a token sees, of what it saw, only what is near it on both sides.</summary>
    /// <param name="reach">How many places before and behind it a token sees.</param>
    /// <param name="layer">The block whose mask is narrowed.</param>
    public AttentionScope Within(int reach, int layer)
    {
        if (KeyPositions.shape[1] <= reach + 1)
            return this;
        var isNear_BTS = (Positions.unsqueeze(2) - KeyPositions.unsqueeze(1)).abs() <= reach;
        var near = (AttentionScope)MemberwiseClone();
        (near._mask, near._maskOfLayer) = (isNear_BTS.unsqueeze(1).logical_and(Visible(layer)), null);
        return near;
    }

    /// <summary>
    /// Which keys each query may see at a layer, bool <c>[B,1,T,S]</c>, or <c>[B,1,1,S]</c> where all see the same; null where
    /// plain causal order is all. It is the pass's, or in the caller's dispose scope.
    /// </summary>
    /// <param name="layer">The block.</param>
    /// <param name="window">How many tokens a token may see, itself included; all earlier ones when null.</param>
    public Tensor? Mask(int layer, int? window = null)
    {
        var mask = _maskOfLayer is null ? _mask : _maskOfLayer(layer);
        if (window is not { } width || KeyPositions.shape[1] <= width)
            return mask;
        var isNear_BTS = Positions.unsqueeze(2) - KeyPositions.unsqueeze(1) < width;
        return isNear_BTS.unsqueeze(1).logical_and(mask ?? CausalOrder());
    }

    /// <summary>Which keys each query may see at a layer, bool <c>[B,1,T,S]</c>, also where plain causal order is all.</summary>
    /// <param name="layer">The block.</param>
    /// <param name="window">How many tokens a token may see, itself included; all earlier ones when null.</param>
    public Tensor Visible(int layer, int? window = null) => Mask(layer, window) ?? CausalOrder();

    /// <summary>A causal pass over a padded batch; positions count the real tokens, so padding may be on either side.</summary>
    /// <param name="tokenMask">True at real tokens, past ones included, bool <c>[B,S]</c>.</param>
    /// <param name="length">The number of present tokens, T; the first S - T are in the cache.</param>
    /// <param name="cache">The past to continue, or null.</param>
    public static AttentionScope Causal(Tensor tokenMask, int length, KeyValueCache? cache = null)
    {
        var all = (int)tokenMask.shape[1];
        var counted = (tokenMask.to(int64).cumsum(1) - 1).clamp_min(0);
        var positions = counted.narrow(1, all - length, length);
        if (cache is null && tokenMask.all().item<bool>())
            return new(positions, counted, null, null, null) { IsWhole = true };
        // Of the square of all tokens only the rows of the present ones, so that a step of generation makes one row.
        var place_S = arange(all, dtype: ScalarType.Int64, device: tokenMask.device);
        var place_T1 = place_S.narrow(0, all - length, length).unsqueeze(1);
        // A padded query sees itself, so that no row of the attention is empty.
        var visible = place_S.le(place_T1).logical_and(tokenMask.unsqueeze(1)).logical_or(place_S.eq(place_T1));
        return new(positions, counted, visible.unsqueeze(1), null, cache) { IsWhole = cache is null };
    }

    /// <summary>
    /// A pass in which every token sees all real tokens; positions count the real tokens, so padding may be on either side. Each row is
    /// a prompt and ends with its last token.
    /// </summary>
    /// <param name="tokenMask">True at real tokens, bool <c>[B,T]</c>.</param>
    public static AttentionScope Bidirectional(Tensor tokenMask)
    {
        var positions = (tokenMask.to(int64).cumsum(1) - 1).clamp_min(0);
        return new(positions, positions, tokenMask.unsqueeze(1).unsqueeze(1), null, null) { PromptEnds = LastTokens(tokenMask) };
    }

    /// <summary>A pass whose positions and mask are given, for passes that continue a frozen past at other places.</summary>
    /// <param name="positions">Position of each present token, <c>[B,T]</c>, int64.</param>
    /// <param name="mask">Visible keys, past first, bool <c>[B,1,T,S]</c>.</param>
    /// <param name="cache">The past, or null.</param>
    /// <param name="keyPositions">
    /// Position of each key, past first, <c>[B,S]</c>, int64; families with sliding windows or linear biases need it where
    /// there is a past. The present tokens' positions when null and there is none.
    /// </param>
    public static AttentionScope Given(Tensor positions, Tensor mask, KeyValueCache? cache, Tensor? keyPositions = null) =>
        new(positions, keyPositions ?? (cache is null ? positions : null), mask, null, cache);

    /// <summary>
    /// Several passes as one over a single row, the tokens of each row of each pass behind each other, so that what a token's attention
    /// has no part in is computed for all at once. A token attends within its own row and pass.
    /// </summary>
    /// <param name="parts">The passes, each with the positions of all its rows, <c>[B,T]</c>.</param>
    public static AttentionScope Joined(IReadOnlyList<AttentionScope> parts)
    {
        var keyPositions = parts.Any(part => part._keyPositions is null) ? null : InOneRow(parts.Select(part => part.KeyPositions));
        return new(InOneRow(parts.Select(part => part.Positions)), keyPositions, null, null, null) { Parts = parts };

        static Tensor InOneRow(IEnumerable<Tensor> positions) => cat([.. positions.Select(of => of.reshape(1, -1))], 1);
    }

    /// <summary>A pass whose mask depends on the layer, for training with restricted attention.</summary>
    /// <param name="positions">Position of each token, <c>[B,T]</c> or <c>[1,T]</c>, int64.</param>
    /// <param name="maskOfLayer">Visible keys at a layer, bool <c>[B,1,T,T]</c>.</param>
    public static AttentionScope ByLayer(Tensor positions, Func<int, Tensor> maskOfLayer) =>
        new(positions, positions, null, maskOfLayer, null);

    /// <summary>Plain causal order, bool <c>[B,1,T,S]</c>, where no mask was needed.</summary>
    private Tensor CausalOrder() => (KeyPositions.unsqueeze(1) <= Positions.unsqueeze(2)).unsqueeze(1);
}
