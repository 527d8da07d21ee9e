using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>The singular values of a matrix, in descending order, computed in float64 on the CPU.</summary>
public sealed class SingularValues
{
    private readonly double[] _values;
    private readonly double _floor;

    private SingularValues(Tensor matrix, long longer)
    {
        _values = [.. linalg.svdvals(matrix).data<double>()];
        _floor = _values[0] * longer * Spectrum.Epsilon;
    }

    /// <summary>The Frobenius norm of the matrix, the root of their squares' sum.</summary>
    public double Norm => Math.Sqrt(_values.Sum(value => value * value));

    /// <summary>The share of the squared norm that the largest one has, 0 to 1; 0 of a matrix of zeros.</summary>
    public double FirstShare => _values[0] > 0 ? Math.Pow(_values[0] / Norm, 2) : 0;

    /// <summary>Computes those of a matrix; the caller keeps it.</summary>
    /// <param name="matrix">The matrix, <c>[M,N]</c>, of a floating type, every element finite.</param>
    /// <exception cref="ArgumentException">It is no matrix of a floating type.</exception>
    public static SingularValues Of(Tensor matrix)
    {
        if (matrix.dim() != 2 || !matrix.is_floating_point())
        {
            throw new ArgumentException(
                $"Singular values are those of a floating matrix, but this one has shape [{string.Join(", ", matrix.shape)}] and type "
                + $"{matrix.dtype}.",
                nameof(matrix));
        }

        using var none = no_grad();
        using var scope = NewDisposeScope();
        return new SingularValues(Double(matrix), matrix.shape.Max());
    }

    /// <summary>
    /// Computes those of <c>Left Rightᵀ</c>, which is not formed: with <c>Left = Q R</c> and <c>Right = Q' R'</c> they are those of
    /// <c>R R'ᵀ</c>.
    /// </summary>
    /// <param name="factors">The factors; the caller keeps them.</param>
    /// <exception cref="ObjectDisposedException">The factors were disposed.</exception>
    public static SingularValues Of(LowRankDelta factors)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var (_, left) = linalg.qr(Double(factors.Left));
        var (_, right) = linalg.qr(Double(factors.Right));
        return new SingularValues(left.matmul(right.t()), factors.Shape.Max());
    }

    /// <summary>
    /// How many stand above what noise alone makes and above float64's rounding; at least 1 where the matrix is not of zeros.
    /// </summary>
    /// <param name="noise">The largest that noise makes, such as <see cref="RoundingNoise.Largest"/>; 0 for none.</param>
    public int RankAbove(double noise) =>
        _values[0] > 0 ? Math.Max(1, _values.Count(value => value > Math.Max(noise, _floor))) : 0;

    private static Tensor Double(Tensor matrix) => matrix.detach().cpu().to(ScalarType.Float64);
}
