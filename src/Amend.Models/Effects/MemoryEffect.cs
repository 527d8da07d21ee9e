using static TorchSharp.torch;

namespace Amend.Models.Effects;

/// <summary>
/// What an edit leaves to later ones at a weight, such as the keys that its change was made for. The model computes as before; what is
/// left lasts as long as the edit does and is gone once it is taken back. Owns its tensors.
/// </summary>
public sealed class MemoryEffect : IEditEffect
{
    /// <summary>Copies the tensors; the caller keeps its own.</summary>
    /// <param name="weight">The weight's name in the checkpoint.</param>
    /// <param name="name">What is left, such as <c>keys</c>; later edits ask for it by this name.</param>
    /// <param name="values">Its tensors by name, of any floating type and shape.</param>
    public MemoryEffect(string weight, string name, IReadOnlyDictionary<string, Tensor> values)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        (Weight, Name) = (weight, name);
        Values = values.ToDictionary(
            value => value.Key, value => value.Value.detach().clone().DetachFromDisposeScope(), StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Weight { get; }

    /// <summary>What is left.</summary>
    public string Name { get; }

    /// <summary>Its tensors by name; they belong to this effect.</summary>
    public IReadOnlyDictionary<string, Tensor> Values { get; }

    /// <inheritdoc/>
    public IEditEffect Clone() => new MemoryEffect(Weight, Name, Values);

    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        foreach (var value in Values.Values)
            value.Dispose();
    }
}
