namespace Amend.Editing.Stores;

/// <summary>One line of a journal.</summary>
/// <param name="Op">What happened.</param>
/// <param name="Id">The edit.</param>
/// <param name="Time">When, UTC.</param>
public sealed record JournalEntry(JournalOp Op, string Id, DateTimeOffset Time);
