using Amend.Models.Effects;
using Amend.Tensors.LinearAlgebra;

namespace Amend.Editing;

/// <summary>
/// The changes that an editor collects, by the weight's name in the checkpoint, with what they leave to later edits; it owns them until
/// an edit takes them over.
/// </summary>
internal sealed class DeltaSet : IDisposable
{
    private readonly Dictionary<string, IWeightDelta> _deltas = new(StringComparer.Ordinal);
    private readonly List<MemoryEffect> _left = [];

    /// <summary>The changes; they belong to this set.</summary>
    public IReadOnlyDictionary<string, IWeightDelta> Deltas => _deltas;

    /// <summary>The change of a weight; it belongs to this set.</summary>
    /// <exception cref="KeyNotFoundException">The weight has none.</exception>
    public IWeightDelta this[string weight] => _deltas[weight];

    /// <summary>Adds the change of a weight, which from now on belongs to this set.</summary>
    /// <exception cref="ArgumentException">The weight has a change already.</exception>
    public void Add(string weight, IWeightDelta delta) => _deltas.Add(weight, delta);

    /// <summary>Puts another change in a weight's place and disposes the one before.</summary>
    public void Replace(string weight, IWeightDelta delta)
    {
        _deltas[weight].Dispose();
        _deltas[weight] = delta;
    }

    /// <summary>Adds what later edits need of this one, which from now on belongs to this set.</summary>
    public void Leave(MemoryEffect memory) => _left.Add(memory);

    /// <summary>The Frobenius norm of all changes together, in float64; infinite or no number where an element is.</summary>
    public double FrobeniusNorm() => Math.Sqrt(_deltas.Values.Sum(delta => Math.Pow(delta.FrobeniusNorm(), 2)));

    /// <summary>The changes and what they leave as effects; they belong to this set until it lets go of them.</summary>
    public IReadOnlyList<IEditEffect> ToEffects() => [.. WeightEffect.Of(_deltas), .. _left];

    /// <summary>Lets go of everything, which belongs to another from now on.</summary>
    public void Release()
    {
        _deltas.Clear();
        _left.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var delta in _deltas.Values)
            delta.Dispose();
        _left.ForEach(memory => memory.Dispose());
        Release();
    }
}
