using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>
/// A change of what an editor found before it is applied: of the optimised values, of the update of a weight, or of both. What it
/// does not change it passes on.
/// </summary>
internal abstract class PostProcessor
{
    /// <summary>Changes optimised values.</summary>
    /// <param name="original_ND">The values before the edit, <c>[N,D]</c> float32.</param>
    /// <param name="value_ND">The optimised values, <c>[N,D]</c> float32.</param>
    /// <returns>What is written instead, in the caller's dispose scope.</returns>
    public virtual Tensor Value(Tensor original_ND, Tensor value_ND) => value_ND;

    /// <summary>Changes the update of a weight.</summary>
    /// <param name="site">The weight.</param>
    /// <param name="update">The update, which the caller keeps.</param>
    /// <returns>The update to apply, which the caller disposes; null for the given one.</returns>
    public virtual IWeightDelta? Update(UpdatedWeight site, IWeightDelta update) => null;

    /// <summary>The update element by element, float32, in the caller's dispose scope.</summary>
    protected static Tensor Dense(IWeightDelta update) => update switch
    {
        LowRankDelta factors => factors.ToDense(),
        DenseDelta dense => dense.Value.alias(),
        _ => throw new ArgumentException($"A {update.GetType().Name} cannot be processed; make it low-rank or dense.", nameof(update)),
    };
}

/// <summary>A weight that is about to be updated; the tensors stay the model's.</summary>
/// <param name="Base">The weight without any edit, <c>[out,in]</c>.</param>
/// <param name="Present">The weight as it is now, with earlier edits.</param>
internal readonly record struct UpdatedWeight(Tensor Base, Tensor Present);
