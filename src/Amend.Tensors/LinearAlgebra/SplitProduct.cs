using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// A matrix product whose bits do not depend on the order in which a kernel adds, and so not on threads. Each factor is split into two
/// parts of whole numbers so small that float64 counts every sum of their products exactly; the product of the two lesser parts is left out
/// (Ozaki et al. 2012, "Error-free transformations of matrix multiplication by using fast routines of matrix multiplication").
/// </summary>
internal static class SplitProduct
{
    private const int Countable = 52;

    /// <summary>The product of two matrices.</summary>
    /// <param name="left"><c>[m,R]</c>, float64.</param>
    /// <param name="right"><c>[R,n]</c>, float64.</param>
    /// <returns><c>[m,n]</c>, float64, off by R 2^-2b of the largest elements' product with b of about 26 - log2(R) / 2 bits; in
    /// the caller's dispose scope, as what it takes on the way.</returns>
    public static Tensor Of(Tensor left, Tensor right)
    {
        var bits = (Countable - Math.ILogB(left.shape[1]) - 1) / 2;
        var (a, a2, unitOfA) = Split(left, bits);
        var (b, b2, unitOfB) = Split(right, bits);
        var product = a.matmul(b);
        var lesser = a.matmul(b2).add_(a2.matmul(b));
        return product.add_(lesser, alpha: Math.ScaleB(1, -bits)).mul_(unitOfA * unitOfB);
    }

    /// <summary>A matrix as (first + second 2^-bits) unit, both of whole numbers of at most so many bits.</summary>
    private static (Tensor First, Tensor Second, double Unit) Split(Tensor value, int bits)
    {
        var largest = value.abs().max().item<double>();
        var unit = double.IsNormal(largest) ? Math.ScaleB(1, Math.ILogB(largest) + 1 - bits) : 1;
        var scaled = value / unit;
        var first = scaled.round();
        return (first, (scaled - first).mul_(Math.ScaleB(1, bits)).round_(), unit);
    }
}
