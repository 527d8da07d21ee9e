using Amend.Models.Configuration;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Effects;

/// <summary>
/// The weights that edits change, each with its saved base. An edited weight of half precision has a float32 master: the deltas are
/// summed there and rounded once, so that edits whose parts are below the weight's own rounding are not lost one by one.
/// </summary>
/// <param name="weights">The model's weights, which are changed in place.</param>
internal sealed class EditedWeights(WeightTable weights) : IDisposable
{
    private readonly Dictionary<string, Tensor> _saved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _masters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FoldMarks> _marks = new(StringComparer.Ordinal);

    /// <summary>A weight as it is without any edit; it belongs to the model.</summary>
    /// <exception cref="ModelFormatException">No weight has the name.</exception>
    public Tensor BaseOf(string weight) => _saved.TryGetValue(weight, out var saved) ? saved : weights[weight].Value;

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
    /// <param name="changesOf">The changes of a weight in the view, in order.</param>
    public WeightView View(IEnumerable<string> others, Func<string, IReadOnlyList<WeightEffect>> changesOf)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var view = new WeightView(weights);
        foreach (var (name, saved) in _saved)
            view.Put(name, Changed(saved, changesOf(name)));
        foreach (var name in others.Where(name => !_saved.ContainsKey(name)))
        {
            if (changesOf(name) is { Count: > 0 } changes)
                view.Put(name, Changed(weights[name].Value, changes));
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

    /// <summary>Adds a change to its weight.</summary>
    public void Add(WeightEffect change)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (!_saved.ContainsKey(change.Weight))
            Save(change.Weight);
        var sum = SumOf(change.Weight);
        change.Delta.AddTo(sum);
        _marks[change.Weight].Pass(sum);
        Show(change.Weight, sum);
    }

    /// <summary>
    /// Rebuilds a weight from its base and the changes that remain;
    /// without any, its bytes are the base's. An unedited one stays.
    /// </summary>
    /// <param name="weight">The weight's name.</param>
    /// <param name="remaining">The changes that remain on it.</param>
    /// <param name="unchanged">How many of them, from the first, stood before all that were taken away.</param>
    public void Rebuild(string weight, IReadOnlyList<WeightEffect> remaining, int unchanged)
    {
        if (!_saved.TryGetValue(weight, out var saved))
            return;
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (remaining.Count == 0)
        {
            weights[weight].Value.copy_(saved);
            Forget(weight, _saved);
            Forget(weight, _masters);
            Forget(weight, _marks);
            return;
        }

        var (sum, marks) = (SumOf(weight), _marks[weight]);
        marks.Return(unchanged, sum);
        if (marks.Count == 0)
            sum.copy_(saved);
        foreach (var change in remaining.Skip(marks.Count).ToList())
        {
            change.Delta.AddTo(sum);
            marks.Pass(sum);
        }

        Show(weight, sum);
    }

    /// <summary>Frees what was saved; the weights stay as they are.</summary>
    public void Dispose()
    {
        foreach (var owned in _saved.Values.Concat(_masters.Values).Concat<IDisposable>(_marks.Values))
            owned.Dispose();
        _saved.Clear();
        _masters.Clear();
        _marks.Clear();
    }

    private void Save(string name)
    {
        var weight = weights[name].Value;
        _saved[name] = weight.detach().clone().DetachFromDisposeScope();
        _marks[name] = new FoldMarks();
        if (weight.element_size() < sizeof(float))
            _masters[name] = weight.detach().to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>Where the deltas of a weight are summed: its master, or the weight itself.</summary>
    private Tensor SumOf(string name) => _masters.TryGetValue(name, out var master) ? master : weights[name].Value;

    private void Show(string name, Tensor sum)
    {
        if (_masters.ContainsKey(name))
            weights[name].Value.copy_(sum);
    }

    /// <summary>A base with changes, summed as they are when they are applied: in float32 at least, and rounded once.</summary>
    private static Tensor Changed(Tensor saved, IReadOnlyList<WeightEffect> changes)
    {
        if (changes.Count == 0)
            return saved;
        var sum = saved.element_size() < sizeof(float) ? saved.to(ScalarType.Float32) : saved.clone();
        foreach (var change in changes)
            change.Delta.AddTo(sum);
        return sum.to(saved.dtype);
    }

    private static void Forget<TOwned>(string name, Dictionary<string, TOwned> owned)
        where TOwned : IDisposable
    {
        if (owned.Remove(name, out var one))
            one.Dispose();
    }
}
