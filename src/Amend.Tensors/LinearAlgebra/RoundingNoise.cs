using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// What rounding its numbers does to a matrix: a matrix of independent errors of standard deviation σ has no singular value above about
/// σ (√M + √N) (Davidson and Szarek 2001), so what stands well above that was not made by rounding.
/// </summary>
public static class RoundingNoise
{
    /// <summary>How far above the expected largest singular value of rounding one must stand to count.</summary>
    private const double Above = 1.5;

    /// <summary>The largest singular value that roundings of a matrix's numbers make by themselves.</summary>
    /// <param name="matrix">The matrix, <c>[M,N]</c>, of a floating type; the caller keeps it.</param>
    /// <param name="types">The types that its numbers were rounded to, one for each rounding.</param>
    public static double Largest(Tensor matrix, params IReadOnlyList<ScalarType> types)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var size = matrix.to(ScalarType.Float64).square().mean().sqrt().item<double>();
        var deviation = Math.Sqrt(types.Sum(VarianceOf)) * size;
        return Above * deviation * (Math.Sqrt(matrix.shape[0]) + Math.Sqrt(matrix.shape[1]));
    }

    /// <summary>The variance of the relative error of a number of a type: uniform within half a step.</summary>
    private static double VarianceOf(ScalarType type)
    {
        var half = type switch
        {
            ScalarType.Float16 => Math.Pow(2, -11),
            ScalarType.BFloat16 => Math.Pow(2, -8),
            _ => Math.Pow(2, -24),
        };
        return half * half / 3;
    }
}
