using Amend.Editing.KeyValue;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Rome;

/// <summary>The rank-one change that writes the value under the key: Λ (C⁻¹k*)ᵀ (Meng et al. 2022, eq. 2).</summary>
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
        var (averaged, bare) = (clean.Keys.mean([0]), clean.Keys[0]);
        var direction = Direction(options.KeyPolicy == KeyPolicy.Bare ? bare : averaged, secondMoment);
        var scaleKey = ScaleKey(clean, options);
        var scale = scaleKey.dot(direction).item<float>();
        if (scale == 0 || !float.IsFinite(scale))
        {
            throw new ArithmeticException(
                $"The key's part in the direction is {scale}, so the value cannot be written; "
                + "edit another layer or set mom2_adjustment=false.");
        }

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

    private static Tensor ScaleKey(CleanPass clean, RomeOptions options) =>
        options.KeyPolicy == KeyPolicy.Averaged ? clean.Keys.mean([0]) : clean.Keys[0];
}
