namespace Amend.Models.Tokenizers.Pieces;

/// <summary>What a byte-pair encoding may set beside its vocabulary and merges.</summary>
internal sealed record BpeOptions
{
    /// <summary>The id of characters without a piece; null, the default, where they are left out.</summary>
    public int? Unknown { get; init; }

    /// <summary>Whether neighbouring unknown characters are one token; false by default.</summary>
    public bool FusesUnknown { get; init; }

    /// <summary>Whether characters without a piece become the pieces of their bytes, such as <c>&lt;0xE6&gt;</c>; false by default.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>Whether a word that is a piece is taken whole, without looking at the merges; false by default.</summary>
    public bool IgnoresMerges { get; init; }

    /// <summary>What is in front of pieces inside a word; nothing by default.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>What is behind pieces at a word's end; nothing by default.</summary>
    public string EndSuffix { get; init; } = "";
}
