using Amend.Tensors.LinearAlgebra;

namespace Amend.Models.Effects;

/// <summary>A weight is changed: its delta is added to it. Owns the delta.</summary>
/// <param name="weight">The weight's name in the checkpoint.</param>
/// <param name="delta">The change, of the weight's shape; a matrix is <c>[out,in]</c>.</param>
public sealed class WeightEffect(string weight, IWeightDelta delta) : IEditEffect
{
    /// <inheritdoc/>
    public string Weight { get; } = weight;

    /// <summary>The change; it belongs to this effect.</summary>
    public IWeightDelta Delta { get; } = delta;

    /// <summary>The changes of weights as effects, which own the deltas.</summary>
    /// <param name="deltas">The change of each weight, by the weight's name.</param>
    public static IReadOnlyList<IEditEffect> Of(IReadOnlyDictionary<string, IWeightDelta> deltas) =>
        [.. deltas.Select(delta => new WeightEffect(delta.Key, delta.Value))];

    /// <inheritdoc/>
    public IEditEffect Clone() => new WeightEffect(Weight, Delta.Clone());

    /// <summary>Frees the delta.</summary>
    public void Dispose() => Delta.Dispose();
}
