namespace Amend.Models.Taps;

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

    /// <summary>Output of the MLP's down projection, before the residual sum, <c>[B,T,D]</c>.</summary>
    MlpOut,

    /// <summary>Output of a block, the residual stream after it, <c>[B,T,D]</c>.</summary>
    BlockOut,

    /// <summary>Output projection of the attention over the encoder's states, before the residual sum, <c>[B,T,D]</c>.</summary>
    CrossAttentionOut,
}
