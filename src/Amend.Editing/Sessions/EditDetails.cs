using Amend.Editing.Demonstrations;
using Amend.Editing.Governance;
using Amend.Editing.Stores;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing.Sessions;

/// <summary>Everything about an edit of a store.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Whether it is applied.</param>
/// <param name="Path">Its file.</param>
/// <param name="Weights">The weights that it changes.</param>
/// <param name="Record">What was asked, how it was made and what it did.</param>
public sealed record EditDetails(string Id, EditState State, string Path, IReadOnlyList<ChangedWeight> Weights, EditRecord Record)
{
    /// <summary>What a guard measured when it was kept; null where none watched.</summary>
    public GuardMeasures? Guard { get; init; }

    /// <summary>What it is in codebooks; empty for edits of weights.</summary>
    public IReadOnlyList<EntryDetails> Entries { get; init; } = [];

    /// <summary>What it puts in front of prompts that are about it, and shows to others; null for edits that put nothing there.</summary>
    public Demonstration? Demonstration { get; init; }

    /// <summary>What it is in codebooks at tokens; empty for other edits.</summary>
    public IReadOnlyList<SubjectEntry> Subjects { get; init; } = [];

    /// <summary>Reads an edit.</summary>
    /// <param name="store">The store.</param>
    /// <param name="id">Its id, or the first digits.</param>
    /// <exception cref="AmendException">There is no such edit, or its file is missing or broken.</exception>
    public static EditDetails Read(EditStore store, string id)
    {
        var whole = store.Find(id);
        using var edit = store.Load(whole);
        var weights = edit.Deltas.Select(
            delta => new ChangedWeight(delta.Key, (delta.Value as LowRankDelta)?.Rank, delta.Value.FrobeniusNorm()));
        var state = store.Applied.Contains(whole) ? EditState.Applied : EditState.Reverted;
        return new EditDetails(whole, state, store.PathOf(whole), [.. weights], edit.Record)
        {
            Guard = store.GuardOf(whole, edit.Record),
            Entries = EntryDetails.Read(store, edit),
            Demonstration = edit.Effects.OfType<DemonstrationEffect>().FirstOrDefault()?.Demonstration,
            Subjects = SubjectEntry.Read(store, edit),
        };
    }
}

/// <summary>A weight that an edit changes.</summary>
/// <param name="Name">Its name in the checkpoint.</param>
/// <param name="Rank">The change's rank; null for a dense one.</param>
/// <param name="Norm">The change's Frobenius norm.</param>
public sealed record ChangedWeight(string Name, long? Rank, double Norm);
