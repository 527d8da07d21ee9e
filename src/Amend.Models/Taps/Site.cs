namespace Amend.Models.Taps;

/// <summary>A named place in the forward pass; the same names in all families.</summary>
/// <param name="Kind">What is computed there.</param>
/// <param name="Layer">The block, from 0; -1 where the site belongs to no block.</param>
/// <param name="Stack">The stack of the block; the decoder by default, see <see cref="In"/>.</param>
public readonly record struct Site(SiteKind Kind, int Layer, Stack Stack = Stack.Decoder)
{
    /// <summary>Output of the token embedding, before positions are added.</summary>
    public static Site Embedding { get; } = new(SiteKind.Embedding, -1);

    /// <summary>Output of the attention of a block.</summary>
    public static Site AttentionOut(int layer) => new(SiteKind.AttentionOut, layer);

    /// <summary>Output of the MLP's up projection of a block, before its activation; only where the MLP has no gate.</summary>
    public static Site MlpUp(int layer) => new(SiteKind.MlpUp, layer);

    /// <summary>Output of a decoder block's attention over the encoder's states.</summary>
    public static Site CrossAttentionOut(int layer) => new(SiteKind.CrossAttentionOut, layer);

    /// <summary>Input of the MLP's down projection of a block: the key of ROME.</summary>
    public static Site MlpKey(int layer) => new(SiteKind.MlpKey, layer);

    /// <summary>Output of the MLP of a block.</summary>
    public static Site MlpOut(int layer) => new(SiteKind.MlpOut, layer);

    /// <summary>Output of a block.</summary>
    public static Site BlockOut(int layer) => new(SiteKind.BlockOut, layer);

    /// <summary>What the router of a block gives each expert.</summary>
    public static Site RouterLogits(int layer) => new(SiteKind.RouterLogits, layer);

    /// <summary>Which experts of a block each token goes through.</summary>
    public static Site ExpertChoice(int layer) => new(SiteKind.ExpertChoice, layer);

    /// <summary>What the outputs of the chosen experts of a block are multiplied with.</summary>
    public static Site ExpertWeight(int layer) => new(SiteKind.ExpertWeight, layer);

    /// <summary>Inputs of the down projections of the chosen experts of a block.</summary>
    public static Site ExpertKey(int layer) => new(SiteKind.ExpertKey, layer);

    /// <summary>Outputs of the chosen experts of a block, before they are weighted.</summary>
    public static Site ExpertOut(int layer) => new(SiteKind.ExpertOut, layer);

    /// <summary>Input of the down projection of the expert of a block that all tokens go through.</summary>
    public static Site SharedKey(int layer) => new(SiteKind.SharedKey, layer);

    /// <summary>Output of the expert of a block that all tokens go through, before its gate.</summary>
    public static Site SharedOut(int layer) => new(SiteKind.SharedOut, layer);

    /// <summary>What the output of the expert that all tokens go through is multiplied with, where it has a gate.</summary>
    public static Site SharedGate(int layer) => new(SiteKind.SharedGate, layer);

    /// <summary>The same place in a stack: <c>Site.MlpKey(2).In(Stack.Encoder)</c>.</summary>
    public Site In(Stack stack) => this with { Stack = stack };

    /// <inheritdoc/>
    public override string ToString() => (Stack == Stack.Decoder ? "" : $"{Stack} ") + (Layer < 0 ? $"{Kind}" : $"{Kind}({Layer})");
}

/// <summary>The kinds of places in a forward pass that can be read or changed.</summary>
public enum SiteKind
{
    /// <summary>Output of the token embedding, before positions are added, <c>[B,T,D]</c>.</summary>
    Embedding,

    /// <summary>Output of the attention's output projection, before the residual sum, <c>[B,T,D]</c>.</summary>
    AttentionOut,

    /// <summary>Output of the MLP's up projection before its activation, <c>[B,T,F]</c>; only where the MLP has no gate.</summary>
    MlpUp,

    /// <summary>Input of the MLP's down projection, ROME's key, <c>[B,T,F]</c>.</summary>
    MlpKey,

    /// <summary>
    /// Output of the MLP's down projection, before the residual sum, <c>[B,T,D]</c>; that of a whole mixture of experts, where it is one.
    /// </summary>
    MlpOut,

    /// <summary>Output of a block, the residual stream after it, <c>[B,T,D]</c>.</summary>
    BlockOut,

    /// <summary>Output projection of the attention over the encoder's states, before the residual sum, <c>[B,T,D]</c>.</summary>
    CrossAttentionOut,

    /// <summary>What the router of a mixture gives each of E experts, <c>[B,T,E]</c>.</summary>
    RouterLogits,

    /// <summary>The k experts of a mixture that a token goes through, the heaviest first, int64 <c>[B,T,k]</c>.</summary>
    ExpertChoice,

    /// <summary>What the outputs of the chosen experts are multiplied with, <c>[B,T,k]</c>.</summary>
    ExpertWeight,

    /// <summary>Inputs of the down projections of the chosen experts, <c>[B,T,k,F]</c>.</summary>
    ExpertKey,

    /// <summary>Outputs of the down projections of the chosen experts, <c>[B,T,k,D]</c>.</summary>
    ExpertOut,

    /// <summary>Input of the down projection of the expert that all tokens go through, <c>[B,T,F]</c>.</summary>
    SharedKey,

    /// <summary>Output of that projection, <c>[B,T,D]</c>.</summary>
    SharedOut,

    /// <summary>What it is multiplied with, <c>[B,T,1]</c>; only where that expert has a gate.</summary>
    SharedGate,
}
