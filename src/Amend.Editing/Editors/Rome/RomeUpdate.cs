using Amend.Editing.KeyValue;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>
/// The rank-one change that writes the value under the key: Λ (C⁻¹k*)ᵀ (Meng et al. 2022, eq. 2). Of a mixture k* is
/// [g₁k₁; …; g_E k_E] and C the blocks Cₑ = E[gₑ² kₑ kₑᵀ]: what is least then is Σₑ tr(Δₑ Cₑ Δₑᵀ), the change of the outputs of other
/// tokens, among all changes with Σₑ gₑ Δₑ kₑ = r. By Lagrange's multipliers λ, Δₑ Cₑ = λ gₑ kₑᵀ for each expert, so
/// Δₑ = λ gₑ (Cₑ⁻¹kₑ)ᵀ, and with the condition λ = r / Σⱼ gⱼ² kⱼᵀCⱼ⁻¹kⱼ: the same formula, part by part, and zero for experts that are
/// not chosen.
/// </summary>
internal static class RomeUpdate
{
    /// <summary>The direction u = C⁻¹k / ‖C⁻¹k‖, <c>[F]</c>, in the caller's dispose scope.</summary>
    /// <param name="key">The key, <c>[F]</c>.</param>
    /// <param name="secondMoment">C factored, or null for C = I.</param>
    public static Tensor Direction(Tensor key, SpdMatrix? secondMoment)
    {
        using var scope = NewDisposeScope();
        var direction = secondMoment is null ? key : secondMoment.Solve(key); // C⁻¹k, without forming the inverse
        return (direction / direction.norm()).MoveToOuterDisposeScope();
    }

    /// <summary>The change of the down projection.</summary>
    /// <param name="clean">Keys and values at the lookup tokens.</param>
    /// <param name="delta">The change of the value, <c>[D]</c>.</param>
    /// <param name="secondMoment">C factored, or null for C = I.</param>
    /// <param name="options">Key policy and numerator.</param>
    /// <returns>Λ and u as factors; the caller disposes.</returns>
    /// <exception cref="ArithmeticException">The key has no part in the direction, so that no scale exists.</exception>
    public static LowRankDelta Compute(CleanPass clean, Tensor delta, SpdMatrix? secondMoment, RomeOptions options)
    {
        using var scope = NewDisposeScope();
        var key = options.KeyPolicy == KeyPolicy.Bare ? clean.Keys[0] : clean.Keys.mean([0]);
        var (direction, scale) = Sum(
            KeyShare.Of(clean, options.Experts).Select(share =>
            {
                var part = Direction(share.In(key), secondMoment);
                return (part, Scale(share.In(ScaleKey(clean, options)), part) / share.Part);
            }).ToArray());
        var gain = options is { KeyPolicy: KeyPolicy.Averaged, Numerator: Numerator.RebuildingRome }
            ? clean.Values[0] + delta - clean.Values.mean([0])
            : delta;
        return new LowRankDelta((gain / scale).unsqueeze(1), direction.unsqueeze(1));
    }

    /// <summary>
    /// The key's part in the direction, k·u / ‖k‖: what the change is divided by, free of the key's length, -1 to 1. With one key in
    /// both places it is kᵀC⁻¹k / (‖k‖ ‖C⁻¹k‖), which is above 0; with two (D1) it can come near 0, and the change explodes.
    /// </summary>
    /// <param name="clean">Keys at the lookup tokens.</param>
    /// <param name="delta">The change, whose right factor is u.</param>
    /// <param name="options">Key policy.</param>
    public static double Denominator(CleanPass clean, LowRankDelta delta, RomeOptions options)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var key = ScaleKey(clean, options).to(float64);
        return (key.dot(delta.Right.select(1, 0).to(float64)) / key.norm()).item<double>();
    }

    /// <summary>The key's part in the direction.</summary>
    private static double Scale(Tensor key, Tensor direction)
    {
        var scale = key.dot(direction).item<float>();
        return scale != 0 && float.IsFinite(scale) ? scale : throw new ArithmeticException(
            $"The key's part in the direction is {scale}, so the value cannot be written; "
            + "edit another layer or set mom2_adjustment=false.");
    }

    /// <summary>Several directions, each divided by its scale, as one of length 1 and its scale.</summary>
    private static (Tensor Direction, double Scale) Sum((Tensor Direction, double Scale)[] parts)
    {
        if (parts is [var one])
            return one;
        var sum = stack([.. parts.Select(part => part.Direction / part.Scale)]).sum([0]);
        var length = sum.norm();
        return (sum / length, 1 / length.item<float>());
    }

    private static Tensor ScaleKey(CleanPass clean, RomeOptions options) =>
        options.KeyPolicy == KeyPolicy.Averaged ? clean.Keys.mean([0]) : clean.Keys[0];
}
