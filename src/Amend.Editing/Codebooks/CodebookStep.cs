namespace Amend.Editing.Codebooks;

/// <summary>What an event does to a codebook, as its rule decides from keys, radii and labels.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Nearest">The entry whose key was nearest before, the first of several; null where the codebook was empty.</param>
/// <param name="Distance">Its distance; null where the codebook was empty.</param>
/// <param name="Entry">The entry whose value the event gives: an existing one, or a new one behind the others.</param>
/// <param name="Radius">The radius that this entry has afterwards.</param>
public sealed record CodebookStep(CodebookStepKind Kind, int? Nearest, double? Distance, int Entry, double Radius)
{
    /// <summary>The radii of other entries that the event changes.</summary>
    public IReadOnlyList<(int Entry, double Radius)> Others { get; init; } = [];

    /// <summary>Whether the entry's key moves half of the way to the event's.</summary>
    public bool MovesKey { get; init; }

    /// <summary>
    /// Whether the codebook gives the entry's value for the event's key afterwards; false only for a prompt that the published rule
    /// loses.
    /// </summary>
    public bool Fires { get; init; } = true;

    /// <summary>Whether the entry is a new one.</summary>
    public bool IsNew => Kind is CodebookStepKind.Add or CodebookStepKind.Split;
}

/// <summary>What an event does to a codebook.</summary>
public enum CodebookStepKind
{
    /// <summary>A new entry, away from all others.</summary>
    Add,

    /// <summary>A new entry that shares the space with entries of other labels.</summary>
    Split,

    /// <summary>An entry of the same label is made to cover the key.</summary>
    Expand,

    /// <summary>An entry of the same label covers the key already and gets another value.</summary>
    Retrain,

    /// <summary>The entry of the same prompt gets another label.</summary>
    Replace,
}
