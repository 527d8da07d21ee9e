using Amend.Editing.Batches;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Memit;

/// <summary>
/// The least-squares update Δ = R Kᵀ (λC + K₁K₁ᵀ + KKᵀ)⁻¹ (Meng et al. 2023, eq. 14), K₁ being the keys of earlier edits.
/// </summary>
internal static class MemitUpdate
{
    /// <summary>The right factor (λC + K₁K₁ᵀ + KKᵀ)⁻¹ K of a layer, <c>[F,N]</c>, in the caller's dispose scope.</summary>
    public static Tensor Right(LayerKeys layer, MemitOptions options)
    {
        using var scope = NewDisposeScope();
        var secondMoment = options.Mom2Adjustment
            ? layer.Statistics.Mean(layer.Model, layer.Layer)
            : eye(layer.Keys.shape[0], dtype: ScalarType.Float64, device: layer.Keys.device);
        return Right(layer.Keys, options.Accumulate ? layer.Past : [], secondMoment, options.Mom2UpdateWeight).MoveToOuterDisposeScope();
    }

    /// <summary>The right factor (λC + K₁K₁ᵀ + KKᵀ)⁻¹ K, <c>[F,N]</c> float64, in the caller's dispose scope.</summary>
    /// <param name="keys_FN">The requests' keys, K, float64.</param>
    /// <param name="past">Keys of earlier edits, <c>[F,M]</c> each.</param>
    /// <param name="secondMoment_FF">C, float64.</param>
    /// <param name="weight">λ.</param>
    public static Tensor Right(Tensor keys_FN, IReadOnlyList<Tensor> past, Tensor secondMoment_FF, double weight)
    {
        using var scope = NewDisposeScope();
        var system_FF = (weight * secondMoment_FF).to(keys_FN.device).addmm(keys_FN, keys_FN.t(), 1, 1);
        foreach (var earlier in past.Select(keys => keys.to(float64)))
            system_FF.addmm_(earlier, earlier.t(), 1, 1);
        using var factored = SpdMatrix.Factor(system_FF);
        return factored.Solve(keys_FN).MoveToOuterDisposeScope();
    }
}
