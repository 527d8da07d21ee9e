using System.Numerics;
using Amend.Models.Passes;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Attention with linear biases (Press et al. 2022): a key's score falls with its distance, by a slope of each head.</summary>
public static class Alibi
{
    /// <summary>
    /// The slopes of H heads: 2^(-8/H), 2^(-16/H), ... where H is a power of two; otherwise those of the power below, then
    /// every second one of the power above (<c>build_alibi_tensor</c> of BLOOM).
    /// </summary>
    public static IReadOnlyList<float> Slopes(int heads)
    {
        var power = 1 << BitOperations.Log2((uint)heads);
        static float Slope(int step, int heads) => (float)Math.Pow(2, -8.0 * step / heads);
        return
        [
            .. Enumerable.Range(1, power).Select(step => Slope(step, power)),
            .. Enumerable.Range(0, heads - power).Select(i => Slope((2 * i) + 1, 2 * power)),
        ];
    }

    /// <summary>
    /// What is added to scores: -slope · distance at visible keys, minus infinity elsewhere. Where it is rounded it is slope · position of
    /// the key, which is the same but for the rounding and for what all keys of a query share.
    /// </summary>
    /// <param name="form">One slope a head, and whether they are rounded.</param>
    /// <param name="headWidth">The width of a head.</param>
    /// <param name="scope">Positions of queries and keys.</param>
    /// <param name="visible">Visible keys, bool <c>[B,1,T,S]</c>.</param>
    /// <returns><c>[B,H,T,S]</c>, float32, in the caller's dispose scope.</returns>
    public static Tensor Bias(AttentionForm form, long headWidth, AttentionScope scope, Tensor visible)
    {
        var slopes_H11 = tensor(form.AlibiSlopes!.ToArray(), form.AlibiSlopes!.Count, 1, 1, device: visible.device);
        var bias_BHTS = form.AlibiIsRounded
            ? Rounded(Rounded(slopes_H11) * scope.KeyPositions.unsqueeze(1).unsqueeze(1).to(float32))
                * (form.Scale ?? 1 / Math.Sqrt(headWidth))
            : (scope.Positions.unsqueeze(2) - scope.KeyPositions.unsqueeze(1)).unsqueeze(1).to(float32) * -slopes_H11;
        return bias_BHTS.masked_fill(visible.logical_not(), double.NegativeInfinity);
    }

    private static Tensor Rounded(Tensor value) => value.to(ScalarType.BFloat16).to(float32);
}
