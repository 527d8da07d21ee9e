using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Tensors;

namespace Amend.Editing.Sessions;

/// <summary>An edit of a store in short. Of one whose file is broken only id, state, time and problem are known.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Whether it is applied, and whether its file is broken.</param>
/// <param name="Time">When it was made, UTC; of a broken one, when it was first applied.</param>
public sealed record EditSummary(string Id, EditState State, DateTimeOffset Time)
{
    /// <summary>The prompt, the first where it changes several facts.</summary>
    public string? Prompt { get; init; }

    /// <summary>The new object, the first where it changes several facts.</summary>
    public string? TargetNew { get; init; }

    /// <summary>How many further facts it changes.</summary>
    public int TogetherWith { get; init; }

    /// <summary>The editor.</summary>
    public string? Editor { get; init; }

    /// <summary>The layers that it changes; empty where it belongs to none.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Probability of the new object before, the mean over its facts.</summary>
    public double? ProbabilityBefore { get; init; }

    /// <summary>Probability of the new object after, the mean over its facts.</summary>
    public double? ProbabilityAfter { get; init; }

    /// <summary>Ids of the edits whose place it took.</summary>
    public IReadOnlyList<string> Supersedes { get; init; } = [];

    /// <summary>What a guard measured when it was kept; null where none watched.</summary>
    public GuardMeasures? Guard { get; init; }

    /// <summary>What is wrong with its file; null where nothing is.</summary>
    public string? Problem { get; init; }

    /// <summary>Reads all edits of a store, oldest first, and tries whether each can be used.</summary>
    /// <exception cref="AmendException">The journal cannot be read.</exception>
    public static IReadOnlyList<EditSummary> ReadAll(EditStore store)
    {
        var (history, applied) = (store.History, store.Applied.ToHashSet());
        return [.. history.DistinctBy(entry => entry.Id).Select(first =>
        {
            var guard = history.Last(entry => entry.Id == first.Id && entry.Op == JournalOp.Apply).Guard;
            return Read(store, first, applied.Contains(first.Id) ? EditState.Applied : EditState.Reverted, guard);
        })];
    }

    private static EditSummary Read(EditStore store, JournalEntry first, EditState state, GuardMeasures? guard)
    {
        try
        {
            using var edit = store.Load(first.Id);
            var record = edit.Record;
            return new EditSummary(first.Id, state, record.Time)
            {
                Prompt = record.Request.FilledPrompt,
                TargetNew = record.Request.TargetNew,
                TogetherWith = record.TogetherWith.Count,
                Editor = record.Editor,
                Layers = record.Layers,
                ProbabilityBefore = record.Import is null ? record.ProbabilityBefore : null,
                ProbabilityAfter = record.Import is null ? record.ProbabilityAfter : null,
                Supersedes = record.Supersedes ?? [],
                Guard = guard ?? record.Guard,
            };
        }
        catch (AmendException e)
        {
            return new EditSummary(first.Id, state, first.Time) { Problem = e.Message };
        }
    }
}

/// <summary>Whether an edit is applied.</summary>
public enum EditState
{
    /// <summary>It is applied.</summary>
    Applied,

    /// <summary>It was taken back.</summary>
    Reverted,
}

/// <summary>The edits of a model.</summary>
/// <param name="Model">The model, as it was named.</param>
/// <param name="Edits">Its edits, oldest first.</param>
public sealed record EditList(string Model, IReadOnlyList<EditSummary> Edits);
