using Amend.Models.Configuration;
using Amend.Models.Weights;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Models.Effects;

/// <summary>
/// The weights that edits change, each with its saved base and the exact sum of its changes. They are rounded once, to the weight's type,
/// so that edits whose parts are below the rounding of half precision are not lost one by one.
/// </summary>
/// <param name="weights">The model's weights, which are changed in place.</param>
internal sealed class EditedWeights(WeightTable weights) : IDisposable
{
    private readonly Dictionary<string, EditedWeight> _edited = new(StringComparer.Ordinal);

    /// <summary>A weight as it is without any edit; it belongs to the model.</summary>
    /// <exception cref="ModelFormatException">No weight has the name.</exception>
    public Tensor BaseOf(string weight) => _edited.TryGetValue(weight, out var edited) ? edited.Saved : weights[weight].Value;

    /// <summary>Refuses an effect on no weight of the model, and a change that does not fit its weight.</summary>
    /// <exception cref="ModelFormatException">The weight is unknown or of another shape.</exception>
    public void Check(IEditEffect effect)
    {
        var shape = weights[effect.Weight].Value.shape;
        if (effect is WeightEffect change && !shape.SequenceEqual(change.Delta.Shape))
        {
            throw new ModelFormatException(
                $"A delta of [{string.Join(',', change.Delta.Shape)}] was given for '{change.Weight}', which is "
                + $"[{string.Join(',', shape)}]; the edit was made for another model, apply it to that one.");
        }
    }

    /// <summary>Opens a view of the model in which each edited weight has other changes; the caller disposes.</summary>
    /// <param name="others">Weights that may be changed in the view beside those that edits change now.</param>
    /// <param name="changesOf">The changes of a weight in the view.</param>
    public WeightView View(IEnumerable<string> others, Func<string, IReadOnlyList<WeightEffect>> changesOf)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var view = new WeightView(weights);
        foreach (var name in _edited.Keys.Union(others))
        {
            var changes = changesOf(name);
            if (changes.Count > 0)
                view.Put(name, Changed(BaseOf(name), changes));
            else if (_edited.TryGetValue(name, out var edited))
                view.Put(name, edited.Saved);
        }

        return view;
    }

    /// <summary>Refuses while a view is open, since it reads from the weights what it does not replace.</summary>
    /// <exception cref="InvalidOperationException">A view of the model is open.</exception>
    public void RefuseWhileViewed()
    {
        if (weights.Taps.Views is > 0 and var views)
        {
            throw new InvalidOperationException(
                $"An edit was to be applied or taken back while {views} views of the model are open, which read its weights; "
                + "close them first.");
        }
    }

    /// <summary>Adds a change to its weight's sum; the change must live until it is removed or this is disposed.</summary>
    public void Add(WeightEffect change)
    {
        if (!_edited.TryGetValue(change.Weight, out var edited))
            _edited[change.Weight] = edited = new EditedWeight(weights[change.Weight].Value);
        edited.Sum.Add(change.Delta);
    }

    /// <summary>Takes a change off its weight's sum.</summary>
    /// <param name="change">The change, as it was added.</param>
    /// <param name="remaining">The weight's other changes, which are asked for only where they must be added up anew.</param>
    public void Remove(WeightEffect change, Func<IReadOnlyList<WeightEffect>> remaining)
    {
        var edited = _edited[change.Weight];
        if (edited.Sum.IsExact)
            edited.Sum.Subtract(change.Delta);
        else
            edited.AddUp(remaining());
    }

    /// <summary>Adds up anew the changes of a weight that are to remain.</summary>
    public void Rebuild(string weight, IReadOnlyList<WeightEffect> remaining)
    {
        if (_edited.TryGetValue(weight, out var edited))
            edited.AddUp(remaining);
    }

    /// <summary>Writes a weight as its sum says; without any change its bytes are the base's. An unedited one stays.</summary>
    public void Show(string weight)
    {
        if (!_edited.TryGetValue(weight, out var edited))
            return;
        edited.Show();
        if (edited.Sum.Count > 0)
            return;
        edited.Dispose();
        _edited.Remove(weight);
    }

    /// <summary>Frees what was saved; the weights stay as they are.</summary>
    public void Dispose()
    {
        foreach (var edited in _edited.Values)
            edited.Dispose();
        _edited.Clear();
    }

    private static Tensor Changed(Tensor own, IReadOnlyList<WeightEffect> changes)
    {
        var value = own.detach().clone();
        ExactSum.AddTo(value, [.. changes.Select(change => change.Delta)]);
        return value;
    }

    private sealed class EditedWeight : IDisposable
    {
        private readonly Tensor _weight;

        public EditedWeight(Tensor weight)
        {
            using var none = no_grad();
            using var scope = NewDisposeScope();
            (_weight, Saved, Sum) = (weight, weight.detach().clone().DetachFromDisposeScope(), new ExactSum(weight));
        }

        /// <summary>The weight without any edit; it belongs to this.</summary>
        public Tensor Saved { get; }

        public ExactSum Sum { get; private set; }

        public void AddUp(IReadOnlyList<WeightEffect> changes)
        {
            Sum.Dispose();
            Sum = new ExactSum(Saved);
            foreach (var change in changes)
                Sum.Add(change.Delta);
        }

        public void Show() => Sum.Write(Saved, _weight);

        public void Dispose()
        {
            Saved.Dispose();
            Sum.Dispose();
        }
    }
}
