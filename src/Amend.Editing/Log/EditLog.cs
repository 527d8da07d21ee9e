using System.Text.Json.Serialization;
using Amend.Editing.Stores;

namespace Amend.Editing.Log;

/// <summary>The history of a model's edits as a graph: what was applied and taken back, and what took the place of what.</summary>
/// <param name="Model">The model, as it was named.</param>
/// <param name="Events">How many entries the whole history has.</param>
/// <param name="Entries">The entries, the newest first.</param>
public sealed record EditLog(string Model, int Events, IReadOnlyList<LogEntry> Entries)
{
    /// <summary>Reads the log of a store.</summary>
    /// <param name="store">The model's edits.</param>
    /// <param name="model">What the model is called.</param>
    /// <param name="limit">How many entries, the newest; all by default.</param>
    /// <exception cref="Tensors.AmendException">The journal cannot be read, or the limit is below 1.</exception>
    public static EditLog Read(EditStore store, string model, int? limit = null)
    {
        if (limit is < 1)
            throw new Tensors.AmendException($"{limit} entries of the log of '{model}' were asked; ask for at least 1.");
        var entries = new LogReader(store).Read();
        return new EditLog(model, entries.Count, [.. entries.Reverse().Take(limit ?? entries.Count)]);
    }
}

/// <summary>An entry of the log: an edit was applied, or taken back. An edit that replaced another is one entry.</summary>
/// <param name="Number">The line of the journal that it is from, from 1.</param>
/// <param name="Op">What happened.</param>
/// <param name="Id">The edit.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="State">What has become of the edit since.</param>
public sealed record LogEntry(int Number, JournalOp Op, string Id, DateTimeOffset Time, LogState State)
{
    /// <summary>
    /// The numbers of the entries that it goes on from: for an edit the last ones of those whose place it took, as far as no nearer one
    /// leads to them; for one that is taken back or applied again the last one of its own.
    /// </summary>
    public IReadOnlyList<int> After { get; init; } = [];

    /// <summary>Ids of the edits whose place it took, oldest first.</summary>
    public IReadOnlyList<string> Supersedes { get; init; } = [];

    /// <summary>Ids of those of them that were taken back in the same step.</summary>
    public IReadOnlyList<string> Replaces { get; init; } = [];

    /// <summary>The prompt, the first where it changes several facts; null where the file is broken or another program made it.</summary>
    public string? Prompt { get; init; }

    /// <summary>The subject; null where the editor needs none.</summary>
    public string? Subject { get; init; }

    /// <summary>
    /// The object before: the new object of the edit whose place it took, else what the request says; null where neither is known.
    /// </summary>
    public string? TargetOld { get; init; }

    /// <summary>The new object, the first where it changes several facts.</summary>
    public string? TargetNew { get; init; }

    /// <summary>How many further facts it changes.</summary>
    public int TogetherWith { get; init; }

    /// <summary>
    /// The fact in a line, such as <c>The Eiffel Tower: Paris → Rome</c>; where it is from if another program made it, and what is wrong
    /// where nothing more is known.
    /// </summary>
    [JsonIgnore]
    public string Fact => (Problem, Import) switch
    {
        ({ } problem, _) => problem,
        (_, { } import) => $"{import.Name} ({import.Form}), imported",
        _ => $"{Subject ?? $"\"{Prompt}\""}: {TargetOld?.Trim() ?? "?"} → {TargetNew?.Trim()}"
            + (TogetherWith > 0 ? $" (and {TogetherWith} more)" : ""),
    };

    /// <summary>The editor; null where the file is broken.</summary>
    public string? Editor { get; init; }

    /// <summary>The layers that it changes; empty where it belongs to none.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Where it is from if another program made it.</summary>
    public ImportNote? Import { get; init; }

    /// <summary>What is wrong with its file; null where nothing is.</summary>
    public string? Problem { get; init; }
}

/// <summary>What has become of an edit.</summary>
public enum LogState
{
    /// <summary>It is applied, and nothing has taken its place.</summary>
    Applied,

    /// <summary>It is applied, and lies below an applied edit that took its place.</summary>
    Superseded,

    /// <summary>It was taken back.</summary>
    Reverted,
}
