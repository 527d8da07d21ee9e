using Amend.Models.Effects;
using Amend.Models.Families;
using Amend.Tensors.LinearAlgebra;
using TorchSharp;

namespace Amend.Editing;

/// <summary>
/// The changes that an editor collects, by the weight's name in the checkpoint, with those of what layers give out, of
/// prompts, and what is left to later edits; it owns them until an edit takes them over.
/// </summary>
internal sealed class DeltaSet : IDisposable
{
    private readonly Dictionary<string, IWeightDelta> _deltas = new(StringComparer.Ordinal);
    private readonly List<IEditEffect> _others = [];

    /// <summary>The changes; they belong to this set.</summary>
    public IReadOnlyDictionary<string, IWeightDelta> Deltas => _deltas;

    /// <summary>The change of a weight; it belongs to this set.</summary>
    /// <exception cref="KeyNotFoundException">The weight has none.</exception>
    public IWeightDelta this[string weight] => _deltas[weight];

    /// <summary>Adds the change of a weight, which from now on belongs to this set.</summary>
    /// <exception cref="ArgumentException">The weight has a change already.</exception>
    public void Add(string weight, IWeightDelta delta) => _deltas.Add(weight, delta);

    /// <summary>
    /// Adds the change of an MLP's last map, which from now on belongs to this set: part by part where it is of experts, of which only
    /// those get one whose key it reads.
    /// </summary>
    /// <returns>The names of the weights that have got a change.</returns>
    /// <exception cref="ArgumentException">A weight has a change already.</exception>
    public IReadOnlyList<string> Add(DownMap map, LowRankDelta delta)
    {
        if (!map.IsMixture)
        {
            Add(map.Name, delta);
            return [map.Name];
        }

        using (delta)
        {
            using var scope = torch.NewDisposeScope();
            var names = new List<string>();
            foreach (var (part, right) in map.Parts.Zip(delta.Right.chunk(map.Parts.Count)))
            {
                if (!right.any().item<bool>())
                    continue;
                Add(part.Name, new LowRankDelta(delta.Left, right));
                names.Add(part.Name);
            }

            return names;
        }
    }

    /// <summary>Puts another change in a weight's place and disposes the one before.</summary>
    public void Replace(string weight, IWeightDelta delta)
    {
        _deltas[weight].Dispose();
        _deltas[weight] = delta;
    }

    /// <summary>Adds what later edits need of this one, which from now on belongs to this set.</summary>
    public void Leave(MemoryEffect memory) => _others.Add(memory);

    /// <summary>Adds a change of what a layer gives out, which from now on belongs to this set.</summary>
    public void Add(IAdaptorEffect effect) => _others.Add(effect);

    /// <summary>Adds a change of what stands in front of prompts, which from now on belongs to this set.</summary>
    public void Add(IPreambleEffect effect) => _others.Add(effect);

    /// <summary>
    /// The Frobenius norm of all changes of weights together, in float64; infinite or no number where an element is, null where no weight
    /// is changed.
    /// </summary>
    public double? FrobeniusNorm() => _deltas.Count == 0
        ? null
        : Math.Sqrt(_deltas.Values.Sum(delta => Math.Pow(delta.FrobeniusNorm(), 2)));

    /// <summary>The changes and the other effects; they belong to this set until it lets go of them.</summary>
    public IReadOnlyList<IEditEffect> ToEffects() => [.. WeightEffect.Of(_deltas), .. _others];

    /// <summary>Lets go of everything, which belongs to another from now on.</summary>
    public void Release()
    {
        _deltas.Clear();
        _others.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var delta in _deltas.Values)
            delta.Dispose();
        _others.ForEach(effect => effect.Dispose());
        Release();
    }
}
