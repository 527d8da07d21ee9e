using Amend.Editing.Batches;
using Amend.Editing.Statistics;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Memit;

/// <summary>
/// The least-squares update Δ = R Kᵀ (λC + K₁K₁ᵀ + KKᵀ)⁻¹ (Meng et al. 2023, eq. 14), K₁ being the keys of earlier edits. Where C is
/// known by the blocks of its diagonal, as of a mixture's experts, the system is solved without forming it.
/// </summary>
internal static class MemitUpdate
{
    /// <summary>The right factor (λC + K₁K₁ᵀ + KKᵀ)⁻¹ K of a layer, <c>[F,N]</c>, in the caller's dispose scope.</summary>
    public static Tensor Right(LayerKeys layer, MemitOptions options)
    {
        using var scope = NewDisposeScope();
        var source = options.Mom2Adjustment ? layer.Statistics : IdentityStatistics.Instance;
        var (secondMoment, past) = (source.Mean(layer.Model, layer.Layer), options.Accumulate ? layer.Past : []);
        var right = secondMoment.dim() == 2
            ? Right(layer.Keys, past, secondMoment, options.Mom2UpdateWeight)
            : RightOfBlocks(layer.Keys, past, secondMoment, options.Mom2UpdateWeight);
        return right.MoveToOuterDisposeScope();
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

    /// <summary>
    /// The same where C is the blocks of its diagonal. With U = [K K₁] and Z = (λC)⁻¹U, (λC + UUᵀ)⁻¹U = Z (I + UᵀZ)⁻¹ (Woodbury 1950), of
    /// which the columns of K are taken: systems of a block's and of the keys' size are solved, and none of the width of all blocks.
    /// </summary>
    /// <param name="keys_FN">The requests' keys, K, float64.</param>
    /// <param name="past">Keys of earlier edits, <c>[F,M]</c> each.</param>
    /// <param name="secondMoment_EFF">The blocks of C, <c>[E,F/E,F/E]</c>, float64.</param>
    /// <param name="weight">λ.</param>
    public static Tensor RightOfBlocks(Tensor keys_FN, IReadOnlyList<Tensor> past, Tensor secondMoment_EFF, double weight)
    {
        using var scope = NewDisposeScope();
        var all_FM = cat([keys_FN, .. past.Select(keys => keys.to(float64))], 1);
        using var blocks = SpdMatrix.Factor(secondMoment_EFF);
        var solved_FM = blocks.Solve(all_FM) / weight;
        using var small = SpdMatrix.Factor(eye(all_FM.shape[1], dtype: float64, device: all_FM.device) + all_FM.t().matmul(solved_FM));
        var right_FM = small.Solve(solved_FM.t().contiguous()).t();
        return right_FM.narrow(1, 0, keys_FN.shape[1]).MoveToOuterDisposeScope();
    }
}
