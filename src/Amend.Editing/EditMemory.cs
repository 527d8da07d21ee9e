using System.Runtime.CompilerServices;
using Amend.Models;

namespace Amend.Editing;

/// <summary>
/// What editors keep of edits that they made, for later edits of the same model in the same sequence, such as sums over past
/// edits. Only edits that are still applied count; what was kept of the others is let go. It lives as long as the
/// <see cref="EditContext"/> that holds it and never outlives its models.
/// </summary>
public sealed class EditMemory
{
    private readonly ConditionalWeakTable<LanguageModel, Dictionary<string, object>> _kept = [];

    /// <summary>Keeps what an edit leaves for later ones; it holds no tensors, since nobody disposes it.</summary>
    /// <param name="model">The edited model.</param>
    /// <param name="editId">The edit's id.</param>
    /// <param name="left">What is kept.</param>
    internal void Keep(LanguageModel model, string editId, object left)
    {
        var kept = _kept.GetOrCreateValue(model);
        lock (kept)
            kept[editId] = left;
    }

    /// <summary>What was kept of the edits that are applied to a model, in the order of their application.</summary>
    internal IReadOnlyList<T> Of<T>(LanguageModel model)
    {
        var kept = _kept.GetOrCreateValue(model);
        lock (kept)
        {
            var applied = model.Applied.Ids;
            foreach (var gone in kept.Keys.Except(applied).ToList())
                kept.Remove(gone);
            return [.. applied.Where(kept.ContainsKey).Select(id => kept[id]).OfType<T>()];
        }
    }
}
