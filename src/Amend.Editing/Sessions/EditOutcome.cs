using Amend.Editing.Checks;
using Amend.Editing.Governance;
using Amend.Editing.Stores;

namespace Amend.Editing.Sessions;

/// <summary>What an order did.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Edits">The edits that it made and kept, in order; at least one.</param>
/// <param name="Superseded">The edits that were applied before and whose place these take, oldest first.</param>
/// <param name="Check">What became of each request.</param>
public sealed record EditOutcome(
    string Model, IReadOnlyList<KeptEdit> Edits, IReadOnlyList<SupersededEdit> Superseded, RequestsReport Check)
{
    /// <summary>What the model says to the prompts of a single fact before and after; null where it was not asked in full.</summary>
    public EditCheckReport? Answers { get; init; }
}

/// <summary>An edit that is kept.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Path">Its file.</param>
/// <param name="Record">What was asked, how it was made and what it did.</param>
public sealed record KeptEdit(string Id, string Path, EditRecord Record)
{
    /// <summary>What a guard measured after it; null where none watched.</summary>
    public GuardMeasures? Guard { get; init; }
}

/// <summary>An edit whose place another takes.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Prompt">Its prompt, the first where it has several.</param>
/// <param name="TargetNew">The object that it made the model give.</param>
/// <param name="Replaced">Whether it was taken back; else it stays applied below the new one.</param>
public sealed record SupersededEdit(string Id, string Prompt, string TargetNew, bool Replaced);

/// <summary>What was taken back.</summary>
/// <param name="Reverted">The ids of the edits that were, in this order.</param>
/// <param name="Applied">The ids of those that are still applied, in the order of their application.</param>
public sealed record RevertOutcome(IReadOnlyList<string> Reverted, IReadOnlyList<string> Applied)
{
    /// <summary>Takes edits back in a store.</summary>
    /// <inheritdoc cref="EditStore.Revert"/>
    public static RevertOutcome Revert(EditStore store, params IReadOnlyList<string> ids) => new(ids, store.Revert(ids));

    /// <summary>Takes all edits back in a store.</summary>
    /// <inheritdoc cref="EditStore.RevertAll"/>
    public static RevertOutcome RevertAll(EditStore store) => new(store.RevertAll(), []);
}
