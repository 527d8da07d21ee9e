using Amend.Models.Taps;
using Amend.Models.Weights;
using Amend.Tensors;

namespace Amend.Models.Effects;

/// <summary>The adaptors that the applied edits fold into, one a linear layer, as the model's pass uses them.</summary>
/// <param name="taps">The model's taps.</param>
internal sealed class FoldedAdaptors(TapSet taps) : IDisposable
{
    private readonly Dictionary<string, IAdaptor> _folded = new(StringComparer.Ordinal);

    /// <summary>Whether a layer has one.</summary>
    public bool Any => _folded.Count > 0;

    /// <summary>Refuses an effect on what is no linear layer.</summary>
    /// <exception cref="AmendException">No linear layer has such a weight.</exception>
    public void Check(IAdaptorEffect effect) => taps.RequireLinear(effect.Weight);

    /// <summary>Folds one more effect into its layer's adaptor.</summary>
    public void Fold(IAdaptorEffect effect)
    {
        var adaptor = effect.Fold(_folded.GetValueOrDefault(effect.Weight));
        _folded[effect.Weight] = adaptor;
        taps.SetAdaptor(effect.Weight, adaptor);
    }

    /// <summary>The adaptor of a layer; null where it has none.</summary>
    public IAdaptor? Of(string weight) => _folded.GetValueOrDefault(weight);

    /// <summary>Folds a layer's adaptor again from the effects that remain; without any, the layer has none.</summary>
    /// <param name="weight">The name of the layer's weight.</param>
    /// <param name="remaining">The effects that remain on it.</param>
    /// <param name="unchanged">How many of them, from the first, stood before all that were taken away.</param>
    public void Rebuild(string weight, IReadOnlyList<IAdaptorEffect> remaining, int unchanged)
    {
        if (unchanged > 0 && _folded.GetValueOrDefault(weight) is IRewindable folded)
            folded.Rewind(unchanged);
        else
            (unchanged, _) = (0, Forget(weight));
        foreach (var effect in remaining.Skip(unchanged))
            Fold(effect);
    }

    /// <summary>Puts the adaptors into a view as they would be with some of the effects only; the view owns them.</summary>
    /// <param name="view">The view.</param>
    /// <param name="others">Weights that may have one in the view beside those that have one now.</param>
    /// <param name="wanted">The effects on a layer that the view is to have; null for all, which gives it the model's adaptor.</param>
    public void ShowIn(WeightView view, IEnumerable<string> others, Func<string, IReadOnlyList<IAdaptorEffect>?> wanted)
    {
        foreach (var weight in _folded.Keys.Union(others))
        {
            if (wanted(weight) is not { } effects)
                continue;
            var adaptor = effects.Aggregate<IAdaptorEffect, IAdaptor?>(null, (before, effect) => effect.Fold(before));
            view.Adapt(weight, adaptor);
            if (adaptor is IDisposable owned)
                view.Own(owned);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var weight in _folded.Keys.ToList())
            Forget(weight);
    }

    private bool Forget(string weight)
    {
        if (!_folded.Remove(weight, out var adaptor))
            return false;
        taps.SetAdaptor(weight, null);
        (adaptor as IDisposable)?.Dispose();
        return true;
    }
}
