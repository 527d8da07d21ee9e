using Amend.Editing.Batches;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Emmet;

/// <summary>
/// The equality-constrained update Δ = R (KᵀC⁻¹K + μI)⁻¹ KᵀC⁻¹ (Gupta et al. 2024, eq. 9); a single request has no ridge, as
/// <c>emmet_main</c> in unified-model-editing has it.
/// </summary>
internal static class EmmetUpdate
{
    /// <summary>The right factor C⁻¹K (KᵀC⁻¹K + μI)⁻¹ of a layer, <c>[F,N]</c>, C being weighted; in the caller's dispose
    /// scope.</summary>
    public static Tensor Right(LayerKeys layer, EmmetOptions options)
    {
        using var scope = NewDisposeScope();
        var solved_FN = options.Mom2Adjustment
            ? layer.Statistics.Factored(layer.Model, layer.Layer, options.Mom2Ridge).Solve(layer.Keys)
            : layer.Keys;
        return Right(layer.Keys, solved_FN / options.Mom2UpdateWeight, options.EmmetLambda).MoveToOuterDisposeScope();
    }

    /// <summary>The right factor S (KᵀS + μI)⁻¹, <c>[F,N]</c> float64, in the caller's dispose scope.</summary>
    /// <param name="keys_FN">The requests' keys, K, float64.</param>
    /// <param name="solved_FN">S = C⁻¹K, float64.</param>
    /// <param name="ridge">μ; left out where there is one key.</param>
    public static Tensor Right(Tensor keys_FN, Tensor solved_FN, double ridge)
    {
        using var scope = NewDisposeScope();
        var count = keys_FN.shape[1];
        var constraints_NN = keys_FN.t().matmul(solved_FN);
        if (count > 1)
            constraints_NN = constraints_NN + (ridge * eye(count, dtype: ScalarType.Float64, device: keys_FN.device));
        using var factored = SpdMatrix.Factor(constraints_NN);
        return factored.Solve(solved_FN.t().contiguous()).t().MoveToOuterDisposeScope(); // The constraints are symmetric.
    }
}
