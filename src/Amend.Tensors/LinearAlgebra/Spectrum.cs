using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>What the eigenvalues of a symmetric positive semi-definite matrix say of it.</summary>
/// <param name="Size">Rows of the matrix, <c>F</c>.</param>
/// <param name="Largest">The largest eigenvalue.</param>
/// <param name="Smallest">The smallest eigenvalue; rounding can leave it a little below 0.</param>
/// <param name="Rank">Eigenvalues above <c>F · 2⁻⁵² · largest</c>.</param>
/// <param name="EffectiveRank">exp of the entropy of the eigenvalues' shares (Roy and Vetterli 2007), between 1 and F.</param>
public sealed record Spectrum(long Size, double Largest, double Smallest, long Rank, double EffectiveRank)
{
    /// <summary>The spacing of float64 at 1, 2⁻⁵².</summary>
    internal const double Epsilon = 1.0 / (1L << 52);

    /// <summary>Largest over smallest eigenvalue; null where the matrix is singular within float64's rounding.</summary>
    public double? ConditionNumber => Rank == Size ? Largest / Smallest : null;

    /// <summary>Computes the eigenvalues in float64 on the CPU; the caller keeps the matrix.</summary>
    /// <param name="matrix">The matrix, <c>[F,F]</c>, symmetric, of a floating type.</param>
    /// <exception cref="ArgumentException">The matrix is not square or not floating.</exception>
    public static Spectrum Of(Tensor matrix)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        if (matrix.dim() != 2 || matrix.shape[0] != matrix.shape[1] || matrix.shape[0] == 0 || !matrix.is_floating_point())
            throw new ArgumentException(
                $"A spectrum is one of a square floating matrix, "
                    + $"but this one has shape [{string.Join(", ", matrix.shape)}] and type {matrix.dtype}.", nameof(matrix));
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        double[] values = [.. linalg.eigvalsh(matrix.detach().cpu().to(ScalarType.Float64)).data<double>()]; // In ascending order.
        var sum = values.Where(value => value > 0).Sum();
        var entropy = -values.Where(value => value > 0).Sum(value => value / sum * Math.Log(value / sum));
        return new Spectrum(
            values.Length, values[^1], values[0], values.Count(value => value > values.Length * Epsilon * values[^1]), sum > 0
                ? Math.Exp(entropy)
                : 0);
    }
}
