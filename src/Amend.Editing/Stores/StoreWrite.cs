using Amend.Editing.Governance;

namespace Amend.Editing.Stores;

/// <summary>What is put into a store in one step.</summary>
/// <param name="Edits">The edits, in the order of their application; at least one.</param>
public sealed record StoreWrite(IReadOnlyList<Edit> Edits)
{
    /// <summary>Whole ids of applied edits that are marked taken back before them; none by default.</summary>
    public IReadOnlyList<string> InsteadOf { get; init; } = [];

    /// <summary>
    /// The applied edits that these were made on top of: where others are applied now, nothing is written. Null, the default, asks nothing.
    /// </summary>
    public IReadOnlyList<string>? Onto { get; init; }

    /// <summary>What a guard measured after the edits; null, the default, where none watched.</summary>
    public GuardMeasures? Guard { get; init; }
}
