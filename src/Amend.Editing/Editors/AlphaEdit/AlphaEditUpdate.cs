using System.Globalization;
using Amend.Editing.Batches;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.AlphaEdit;

/// <summary>
/// The projected update Δ = R Kᵀ P (K₁K₁ᵀP + KKᵀP + L₂I)⁻¹ (Fang et al. 2025, eq. 14), K₁ being the keys of earlier edits. As
/// the update stays in the null space, the same system is solved in its symmetric form, P(K₁K₁ᵀ + KKᵀ)P + L₂I.
/// </summary>
internal static class AlphaEditUpdate
{
    /// <summary>The right factor of a layer, <c>[F,N]</c>, in the caller's dispose scope.</summary>
    /// <exception cref="AmendException">The layer's keys have no direction below the threshold.</exception>
    public static Tensor Right(LayerKeys layer, AlphaEditOptions options) =>
        Right(layer.Keys, options.Accumulate ? layer.Past : [], SpaceOf(layer.Statistics, layer.Model, layer.Layer, options), options.L2);

    /// <summary>The directions in which a layer may be written.</summary>
    /// <exception cref="AmendException">There are no statistics, or none of their directions is below the threshold.</exception>
    public static NullSpace SpaceOf(ISecondMomentSource statistics, LanguageModel model, int layer, AlphaEditOptions options)
    {
        var space = statistics.NullSpace(model, layer, options.NullspaceThreshold);
        return space.Dimensions > 0
            ? space
            : throw new AmendException(
                $"The keys of layer {layer} of '{model.Name}' have no direction below nullspace_threshold "
                + $"{options.NullspaceThreshold.ToString(CultureInfo.InvariantCulture)}; use a greater one.");
    }

    /// <summary>The right factor (P(K₁K₁ᵀ + KKᵀ)P + L₂I)⁻¹ P K, <c>[F,N]</c> float64, in the caller's dispose scope.</summary>
    /// <param name="keys_FN">The requests' keys, K, float64.</param>
    /// <param name="past">Keys of earlier edits, <c>[F,M]</c> each.</param>
    /// <param name="space">The null space, P.</param>
    /// <param name="normWeight">L₂.</param>
    public static Tensor Right(Tensor keys_FN, IReadOnlyList<Tensor> past, NullSpace space, double normWeight)
    {
        using var scope = NewDisposeScope();
        var projected_FN = space.Project(keys_FN);
        var ridge_FF = normWeight * eye(keys_FN.shape[0], dtype: ScalarType.Float64, device: keys_FN.device);
        var system_FF = ridge_FF.addmm(projected_FN, projected_FN.t(), 1, 1);
        foreach (var earlier in past.Select(keys => space.Project(keys.to(float64))))
            system_FF.addmm_(earlier, earlier.t(), 1, 1);
        using var factored = SpdMatrix.Factor(system_FF);
        return factored.Solve(projected_FN).MoveToOuterDisposeScope();
    }
}
