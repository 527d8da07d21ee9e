using Amend.Models;
using Amend.Models.Effects;
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
        model.Applied.Apply(id, [new WeightEffect(weight, delta)]);
        _applied.Push(id);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var id in _applied)
            model.Applied.Revert(id);
    }
}
