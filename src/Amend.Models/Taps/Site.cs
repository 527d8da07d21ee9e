namespace Amend.Models.Taps;

/// <summary>A named place in the forward pass; the same names in all families.</summary>
/// <param name="Kind">What is computed there.</param>
/// <param name="Layer">The block, from 0; -1 where the site belongs to no block.</param>
public readonly record struct Site(SiteKind Kind, int Layer)
{
    /// <summary>Output of the token embedding, before positions are added.</summary>
    public static Site Embedding { get; } = new(SiteKind.Embedding, -1);

    /// <summary>Output of the attention of a block.</summary>
    public static Site AttentionOut(int layer) => new(SiteKind.AttentionOut, layer);

    /// <summary>Output of the MLP's up projection of a block, before its activation; only where the MLP has no gate.</summary>
    public static Site MlpUp(int layer) => new(SiteKind.MlpUp, layer);

    /// <summary>Input of the MLP's down projection of a block: the key of ROME.</summary>
    public static Site MlpKey(int layer) => new(SiteKind.MlpKey, layer);

    /// <summary>Output of the MLP of a block.</summary>
    public static Site MlpOut(int layer) => new(SiteKind.MlpOut, layer);

    /// <summary>Output of a block.</summary>
    public static Site BlockOut(int layer) => new(SiteKind.BlockOut, layer);

    /// <inheritdoc/>
    public override string ToString() => Layer < 0 ? $"{Kind}" : $"{Kind}({Layer})";
}
