using Amend.Editing.Codebooks;
using Amend.Models.Taps;

namespace Amend.Editing.TokenCodebooks;

/// <summary>Where an entry of a codebook at tokens looks, and how near a token must come to it; a part of the entry.</summary>
public sealed record TokenRules
{
    /// <summary>The block.</summary>
    public required int Layer { get; init; }

    /// <summary>What of a token is compared with keys, and what gets the value.</summary>
    public required TokenPlace Place { get; init; }

    /// <summary>How a token's distance to a key is measured; the same for all entries of a codebook.</summary>
    public KeyDistance Distance { get; init; } = KeyDistance.Euclidean;

    /// <summary>The greatest distance at which a key fires: in units of the key's norm if Euclidean, 0 to 2 if 1 - cosine.</summary>
    public required double Radius { get; init; }

    /// <summary>
    /// The greatest distance at which a key fires, in units of that to the nearest key of another subject; 0 for no such bound.
    /// </summary>
    public double Separation { get; init; }

    /// <summary>
    /// Whether a text's first token and the others have keys of their own. The first token's state is a thing of its own: it is the
    /// same in every text that begins with it, and often of quite another size.
    /// </summary>
    public bool FirstApart { get; init; }

    /// <summary>The site of the keys.</summary>
    internal Site SiteOfKeys => Place == TokenPlace.Stream ? Models.Taps.Site.BlockOut(Layer) : Models.Taps.Site.MlpKey(Layer);

    /// <summary>The site of the value; null where it is the down projection's output.</summary>
    internal Site? Site => Place == TokenPlace.Stream ? Models.Taps.Site.BlockOut(Layer) : null;
}

/// <summary>What of a token a codebook compares with its keys, and what gets the value.</summary>
public enum TokenPlace
{
    /// <summary>The residual stream after the block is compared, and the value is added to it.</summary>
    Stream,

    /// <summary>The input of the MLP's down projection is compared, and the value is added to its output.</summary>
    Mlp,
}
