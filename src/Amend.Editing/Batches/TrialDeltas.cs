using Amend.Models;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing.Batches;

/// <summary>Updates that are applied while others are computed; disposing takes them back, bit for bit.</summary>
internal sealed class TrialDeltas(LanguageModel model) : IDisposable
{
    private readonly Stack<string> _applied = [];

    /// <summary>Applies the update of one weight.</summary>
    public void Apply(string weight, IWeightDelta delta)
    {
        var id = $"trial {weight}";
        model.Deltas.Apply(id, new Dictionary<string, IWeightDelta> { [weight] = delta });
        _applied.Push(id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var id in _applied)
            model.Deltas.Revert(id);
    }
}
