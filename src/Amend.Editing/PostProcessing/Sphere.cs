using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.PostProcessing;

/// <summary>
/// SPHERE (ICLR 2026): weakens an update along the directions in which the weight's rows, each scaled to norm 1, point most: the
/// leading eigenvectors U of their second moment that hold half of its trace; Δ becomes Δ (I - s U Uᵀ).
/// </summary>
/// <param name="suppression">The share s of those directions that is taken away, 0.5 in the paper.</param>
internal sealed class Sphere(double suppression) : PostProcessor
{
    private const double CumulativeRatio = 0.5;

    /// <inheritdoc/>
    public override IWeightDelta Update(UpdatedWeight site, IWeightDelta update)
    {
        using var scope = NewDisposeScope();
        var weight = site.Present.to(float64);
        var rows = weight / weight.norm(1, keepdim: true).clamp_min(1e-12);
        var (_, values, directions_RI) = linalg.svd(rows, fullMatrices: false);
        var ratio = values.square().cumsum(0) / values.square().sum();
        var leading = (ratio < CumulativeRatio).sum().item<long>() + 1;
        var basis_IN = directions_RI.narrow(0, 0, Math.Min(leading, directions_RI.shape[0])).t();
        Tensor Weaken(Tensor right_IM) => right_IM - (suppression * basis_IN.matmul(basis_IN.t().matmul(right_IM)));
        return update is LowRankDelta factors
            ? new LowRankDelta(factors.Left, Weaken(factors.Right.to(float64)))
            : new DenseDelta(Weaken(Dense(update).to(float64).t()).t());
    }
}
