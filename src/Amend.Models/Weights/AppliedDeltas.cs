using Amend.Models.Configuration;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// The deltas applied to a model's weights, in order. Reverting one rebuilds the weight from its saved base and the deltas
/// that remain, in their order, so deltas can be taken back in any order and, after the last one, the bytes are the base's.
/// An edited weight of half precision has a float32 master: the deltas are summed there and rounded once, so that edits whose
/// parts are below the weight's own rounding are not lost one by one.
/// </summary>
public sealed class AppliedDeltas : IDisposable
{
    private readonly WeightTable _weights;
    private readonly List<Entry> _entries = [];
    private readonly Dictionary<string, Tensor> _saved = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Tensor> _masters = new(StringComparer.Ordinal);

    internal AppliedDeltas(WeightTable weights) => _weights = weights;

    /// <summary>The ids of the applied edits, in order, each once.</summary>
    public IReadOnlyList<string> Ids => [.. _entries.Select(e => e.Id).Distinct()];

    /// <summary>Whether an edit with the id is applied.</summary>
    public bool Contains(string id) => _entries.Exists(e => e.Id == id);

    /// <summary>
    /// The keys that the applied changes of a weight were made for, <c>[in,N]</c> float32 each, in the order of the changes; those
    /// without keys are passed over. They belong to the deltas, so they are gone once the edit is taken back.
    /// </summary>
    /// <param name="weight">The weight's name.</param>
    public IReadOnlyList<Tensor> KeysOf(string weight) => [.. _entries.Where(e => e.Weight == weight).Select(e => e.Delta.Keys).OfType<Tensor>()];

    /// <summary>A weight as it is without any edit; it belongs to the model and must not be changed.</summary>
    /// <exception cref="ModelFormatException">No weight has the name.</exception>
    public Tensor BaseOf(string weight) => _saved.TryGetValue(weight, out var saved) ? saved : _weights[weight].Value;

    /// <summary>Adds an edit's deltas to the weights.</summary>
    /// <param name="id">The edit's id.</param>
    /// <param name="deltas">The change of each weight, of its shape; they are cloned.</param>
    /// <exception cref="InvalidOperationException">An edit with the id is applied already.</exception>
    /// <exception cref="ModelFormatException">A weight is unknown or of another shape; nothing is changed then.</exception>
    public void Apply(string id, IReadOnlyDictionary<string, IWeightDelta> deltas)
    {
        if (Contains(id))
            throw new InvalidOperationException($"Edit '{id}' is applied already; revert it before applying it again.");
        foreach (var (name, delta) in deltas)
            CheckShape(name, delta);
        using var none = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, delta) in deltas)
        {
            if (!_saved.ContainsKey(name))
                Save(name);
            _entries.Add(new Entry(id, name, delta.Clone()));
            var sum = SumOf(name);
            delta.AddTo(sum);
            Show(name, sum);
        }
    }

    /// <summary>Takes an edit back.</summary>
    /// <exception cref="InvalidOperationException">No edit with the id is applied.</exception>
    public void Revert(string id)
    {
        var touched = _entries.Where(e => e.Id == id).ToList();
        if (touched.Count == 0)
            throw new InvalidOperationException($"Edit '{id}' is not applied; applied: {string.Join(", ", Ids)}.");
        _entries.RemoveAll(e => e.Id == id);
        foreach (var entry in touched)
        {
            Rebuild(entry.Weight);
            entry.Delta.Dispose();
        }
    }

    /// <summary>Takes all edits back.</summary>
    public void RevertAll()
    {
        foreach (var entry in _entries)
            entry.Delta.Dispose();
        _entries.Clear();
        foreach (var name in _saved.Keys.ToList())
            Rebuild(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _entries)
            entry.Delta.Dispose();
        foreach (var tensor in _saved.Values.Concat(_masters.Values))
            tensor.Dispose();
        _entries.Clear();
        _saved.Clear();
        _masters.Clear();
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
        var remaining = _entries.Where(e => e.Weight == name).ToList();
        if (remaining.Count == 0)
        {
            _weights[name].Value.copy_(_saved[name]);
            Forget(name, _saved);
            Forget(name, _masters);
            return;
        }

        var sum = SumOf(name);
        sum.copy_(_saved[name]);
        foreach (var entry in remaining)
            entry.Delta.AddTo(sum);
        Show(name, sum);
    }

    private static void Forget(string name, Dictionary<string, Tensor> tensors)
    {
        if (tensors.Remove(name, out var tensor))
            tensor.Dispose();
    }

    private void CheckShape(string name, IWeightDelta delta)
    {
        var shape = _weights[name].Value.shape;
        if (!shape.SequenceEqual(delta.Shape))
            throw new ModelFormatException($"A delta of [{string.Join(',', delta.Shape)}] was given for '{name}', which is [{string.Join(',', shape)}]; the edit was made for another model, apply it to that one.");
    }

    private sealed record Entry(string Id, string Weight, IWeightDelta Delta);
}
