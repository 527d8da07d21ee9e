using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>
/// The change that gives each written token's value the wanted step in the least-squares sense (Gu et al. 2025, eq. 7;
/// <c>predict_param_shifts</c> in XiaojieGu/UltraEdit): Δᵀ = (HᵀH + I)⁻¹ Hᵀ V with V = -η ‖ĥ‖² ĝ, where ĥ and ĝ are the
/// normalised keys and gradients and H the keys as they are.
/// </summary>
internal static class UltraEditUpdate
{
    /// <summary>The change of the down projection.</summary>
    /// <param name="keys">H, <c>[N,F]</c>.</param>
    /// <param name="slopes">The gradients of the loss for the MLP's outputs, <c>[N,D]</c>.</param>
    /// <param name="moments">Running moments of keys and gradients side by side.</param>
    /// <param name="lr">η.</param>
    /// <returns>The change, <c>[D,F]</c>, low-rank where there are few rows; the caller disposes.</returns>
    public static IWeightDelta Compute(Tensor keys, Tensor slopes, RunningMoments moments, double lr)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (rows, inputs, outputs) = (keys.shape[0], keys.shape[1], slopes.shape[1]);
        var normal = moments.Normalize(cat([keys.to(float64), slopes.to(float64)], 1));
        var size_N1 = normal.narrow(1, 0, inputs).square().sum(1, keepdim: true);
        var steps_ND = normal.narrow(1, inputs, outputs) * size_N1 * -lr;
        var keys_NF = keys.to(float64);
        if (rows <= Math.Min(inputs, outputs))
        {
            // Hᵀ(HHᵀ + I)⁻¹ is the same matrix, and leaves the change in factors.
            using var gram = SpdMatrix.Factor(keys_NF.matmul(keys_NF.t()) + eye(rows, dtype: float64, device: keys.device));
            return new LowRankDelta(gram.Solve(steps_ND).t(), keys_NF.t());
        }

        using var moment = SpdMatrix.Factor(keys_NF.t().matmul(keys_NF) + eye(inputs, dtype: float64, device: keys.device));
        return new DenseDelta(moment.Solve(keys_NF.t().matmul(steps_ND)).t());
    }
}
