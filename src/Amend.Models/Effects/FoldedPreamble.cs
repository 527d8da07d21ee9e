using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Effects;

/// <summary>The preamble that the applied edits fold into, as the model is asked with it.</summary>
/// <param name="taps">The model's taps.</param>
internal sealed class FoldedPreamble(TapSet taps) : IDisposable
{
    private IPreamble? _folded;

    /// <summary>Whether there is one.</summary>
    public bool Any => _folded is not null;

    /// <summary>Folds one more effect into it.</summary>
    public void Fold(IPreambleEffect effect) => taps.SetPreamble(_folded = effect.Fold(_folded));

    /// <summary>Folds it again from the effects that remain; without any, there is none.</summary>
    public void Rebuild(IEnumerable<IPreambleEffect> remaining)
    {
        Dispose();
        foreach (var effect in remaining)
            Fold(effect);
    }

    /// <summary>Puts the preamble into a view as it would be with some of the effects only; the view owns it.</summary>
    public void ShowIn(WeightView view, IEnumerable<IPreambleEffect> wanted)
    {
        List<IPreambleEffect> effects = [.. wanted];
        if (_folded is null && effects.Count == 0)
            return;
        var shown = effects.Aggregate<IPreambleEffect, IPreamble?>(null, (before, effect) => effect.Fold(before));
        view.ReadBehind(shown);
        if (shown is IDisposable owned)
            view.Own(owned);
    }

    /// <summary>Takes it away.</summary>
    public void Dispose()
    {
        taps.SetPreamble(null);
        (_folded as IDisposable)?.Dispose();
        _folded = null;
    }
}
