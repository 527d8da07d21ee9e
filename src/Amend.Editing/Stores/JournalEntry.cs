using Amend.Editing.Governance;

namespace Amend.Editing.Stores;

/// <summary>One line of a journal.</summary>
/// <param name="Op">What happened.</param>
/// <param name="Id">The edit.</param>
/// <param name="Time">When, UTC.</param>
public sealed record JournalEntry(JournalOp Op, string Id, DateTimeOffset Time)
{
    /// <summary>What a guard measured after the edit was applied, before it was kept; null where none watched.</summary>
    public GuardMeasures? Guard { get; init; }
}

/// <summary>What a journal's line says of an edit.</summary>
public enum JournalOp
{
    /// <summary>It was applied.</summary>
    Apply,

    /// <summary>It was taken back.</summary>
    Revert,
}
