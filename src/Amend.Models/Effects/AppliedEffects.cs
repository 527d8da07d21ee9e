using Amend.Models.Configuration;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Effects;

/// <summary>
/// The effects of the edits that are applied to a model, in order. Reverting an edit rebuilds each weight that it changed from its
/// saved base and the effects that remain, in their order, so edits can be taken back in any order and, after the last one, the
/// bytes are the base's. An edited weight of half precision has a float32 master: the deltas are summed there and rounded once, so
/// that edits whose parts are below the weight's own rounding are not lost one by one.
/// </summary>
public sealed class AppliedEffects : IDisposable
{
    private readonly WeightTable _weights;
    private readonly List<AppliedEdit> _edits = [];
    private readonly Dictionary<string, Tensor> _saved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _masters = new(StringComparer.Ordinal);

    internal AppliedEffects(WeightTable weights) => _weights = weights;

    /// <summary>The ids of the applied edits, in order.</summary>
    public IReadOnlyList<string> Ids => [.. _edits.Select(edit => edit.Id)];

    /// <summary>Whether an edit with the id is applied.</summary>
    public bool Contains(string id) => _edits.Exists(edit => edit.Id == id);

    /// <summary>
    /// What the applied edits left to later ones at a weight, in the order of the edits. It belongs to the edits, so it is gone once they
    /// are taken back.
    /// </summary>
    /// <param name="weight">The weight's name.</param>
    /// <param name="name">What was left, such as <c>keys</c>.</param>
    public IReadOnlyList<MemoryEffect> MemoriesOf(string weight, string name) =>
        [.. EffectsOn<MemoryEffect>(weight).Where(memory => memory.Name == name)];

    /// <summary>A weight as it is without any edit; it belongs to the model and must not be changed.</summary>
    /// <exception cref="ModelFormatException">No weight has the name.</exception>
    public Tensor BaseOf(string weight) => _saved.TryGetValue(weight, out var saved) ? saved : _weights[weight].Value;

    /// <summary>Applies the effects of an edit.</summary>
    /// <param name="id">The edit's id.</param>
    /// <param name="effects">What the edit does, in order; they are cloned.</param>
    /// <exception cref="InvalidOperationException">An edit with the id is applied already.</exception>
    /// <exception cref="ModelFormatException">A weight is unknown or of another shape; nothing is changed then.</exception>
    public void Apply(string id, IReadOnlyList<IEditEffect> effects)
    {
        if (Contains(id))
            throw new InvalidOperationException($"Edit '{id}' is applied already; revert it before applying it again.");
        foreach (var change in effects.OfType<WeightEffect>())
            CheckShape(change);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var edit = new AppliedEdit(id, [.. effects.Select(effect => effect.Clone())]);
        _edits.Add(edit);
        foreach (var change in edit.Effects.OfType<WeightEffect>())
            Add(change);
    }

    /// <summary>Takes an edit back.</summary>
    /// <exception cref="InvalidOperationException">No edit with the id is applied.</exception>
    public void Revert(string id)
    {
        var edit = _edits.Find(edit => edit.Id == id)
            ?? throw new InvalidOperationException($"Edit '{id}' is not applied; applied: {string.Join(", ", Ids)}.");
        _edits.Remove(edit);
        foreach (var weight in edit.Effects.OfType<WeightEffect>().Select(change => change.Weight).Distinct())
            Rebuild(weight);
        edit.Dispose();
    }

    /// <summary>Takes all edits back.</summary>
    public void RevertAll()
    {
        _edits.ForEach(edit => edit.Dispose());
        _edits.Clear();
        foreach (var name in _saved.Keys.ToList())
            Rebuild(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _edits.ForEach(edit => edit.Dispose());
        foreach (var tensor in _saved.Values.Concat(_masters.Values))
            tensor.Dispose();
        _edits.Clear();
        _saved.Clear();
        _masters.Clear();
    }

    private void Add(WeightEffect change)
    {
        if (!_saved.ContainsKey(change.Weight))
            Save(change.Weight);
        var sum = SumOf(change.Weight);
        change.Delta.AddTo(sum);
        Show(change.Weight, sum);
    }

    private void Save(string name)
    {
        var weight = _weights[name].Value;
        _saved[name] = weight.detach().clone().DetachFromDisposeScope();
        if (weight.element_size() < sizeof(float))
            _masters[name] = weight.detach().to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>Where the deltas of a weight are summed: its master, or the weight itself.</summary>
    private Tensor SumOf(string name) => _masters.TryGetValue(name, out var master) ? master : _weights[name].Value;

    private void Show(string name, Tensor sum)
    {
        if (_masters.ContainsKey(name))
            _weights[name].Value.copy_(sum);
    }

    private void Rebuild(string name)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var remaining = EffectsOn<WeightEffect>(name).ToList();
        if (remaining.Count == 0)
        {
            _weights[name].Value.copy_(_saved[name]);
            Forget(name, _saved);
            Forget(name, _masters);
            return;
        }

        var sum = SumOf(name);
        sum.copy_(_saved[name]);
        foreach (var change in remaining)
            change.Delta.AddTo(sum);
        Show(name, sum);
    }

    private IEnumerable<TEffect> EffectsOn<TEffect>(string weight)
        where TEffect : IEditEffect =>
        _edits.SelectMany(edit => edit.Effects).OfType<TEffect>().Where(effect => effect.Weight == weight);

    private static void Forget(string name, Dictionary<string, Tensor> tensors)
    {
        if (tensors.Remove(name, out var tensor))
            tensor.Dispose();
    }

    private void CheckShape(WeightEffect change)
    {
        var shape = _weights[change.Weight].Value.shape;
        if (!shape.SequenceEqual(change.Delta.Shape))
        {
            throw new ModelFormatException(
                $"A delta of [{string.Join(',', change.Delta.Shape)}] was given for '{change.Weight}', which is "
                + $"[{string.Join(',', shape)}]; the edit was made for another model, apply it to that one.");
        }
    }

    private sealed record AppliedEdit(string Id, IReadOnlyList<IEditEffect> Effects) : IDisposable
    {
        public void Dispose()
        {
            foreach (var effect in Effects)
                effect.Dispose();
        }
    }
}
