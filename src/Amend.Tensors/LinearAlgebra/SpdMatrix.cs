using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// A symmetric positive definite matrix <c>A</c> kept as its Cholesky factor <c>A + ridge·mean(diag A)·I = L Lᵀ</c> in
/// float64: systems with it are solved, its inverse is never formed. It may be given as the blocks of its diagonal, E of one size.
/// </summary>
public sealed class SpdMatrix : IDisposable
{
    private const long CheckedRows = 512;

    /// <summary>Sums of float32 products differ between a matrix and its transpose by far less than this.</summary>
    private const double SymmetryTolerance = 1e-4;

    private const double SmallestProposedRidge = 1e-6;

    private readonly Tensor? _factor_EFF;
    private readonly double _scale = 1;
    private bool _disposed;

    private SpdMatrix(Tensor factor_EFF) => (_factor_EFF, Size) = (factor_EFF, factor_EFF.shape[0] * factor_EFF.shape[1]);

    private SpdMatrix(long size, double scale) => (Size, _scale) = (size, scale);

    /// <summary>The number of rows, of all blocks together.</summary>
    public long Size { get; }

    /// <summary>The identity, of which no element is kept.</summary>
    /// <param name="size">The number of rows.</param>
    /// <param name="ridge">What to add to the diagonal; 0 adds nothing.</param>
    public static SpdMatrix Identity(long size, double ridge = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        RefuseRidge(ridge);
        return new SpdMatrix(size, 1 + ridge);
    }

    /// <summary>Factors a symmetric positive definite matrix; the caller keeps it and disposes the result.</summary>
    /// <param name="matrix">
    /// The matrix, <c>[F,F]</c>, or the blocks of its diagonal, <c>[E,F,F]</c>, of a floating type; only lower triangles are used.
    /// </param>
    /// <param name="ridge">What to add to the diagonal, as a share of its mean in each block; 0 adds nothing.</param>
    /// <exception cref="ArgumentException">The matrix is not square, not floating or not symmetric.</exception>
    /// <exception cref="AmendException">The matrix has values that are not finite, or is not positive definite.</exception>
    public static SpdMatrix Factor(Tensor matrix, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        RefuseRidge(ridge);
        RefuseShape(matrix);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var sum_EFF = matrix.detach().to(ScalarType.Float64).reshape(-1, matrix.shape[^1], matrix.shape[^1]);
        foreach (var block_FF in sum_EFF.unbind())
            RefuseAsymmetry(block_FF);
        var meanDiagonal_E1 = sum_EFF.diagonal(0, 1, 2).mean([1], keepdim: true);
        if (ridge > 0)
        {
            sum_EFF = sum_EFF.clone();
            sum_EFF.diagonal(0, 1, 2).add_(ridge * meanDiagonal_E1);
        }

        var (factor_EFF, info_E) = linalg.cholesky_ex(sum_EFF);
        int[] minors = [.. info_E.cpu().data<int>()];
        if (Array.FindIndex(minors, minor => minor != 0) is >= 0 and var failed)
            throw NotPositiveDefinite(sum_EFF.shape[1], minors[failed], ridge, meanDiagonal_E1[failed].item<double>());
        return new SpdMatrix(factor_EFF.DetachFromDisposeScope());
    }

    /// <summary>Solves <c>A X = B</c> in float64; the caller disposes the result.</summary>
    /// <param name="rhs">The right-hand side, <c>[F]</c> or <c>[F,N]</c>, of a floating type, on any device.</param>
    /// <returns>The solution in the shape, type and place of <paramref name="rhs"/>.</returns>
    /// <exception cref="ArgumentException">The right-hand side has another height or is not floating.</exception>
    public Tensor Solve(Tensor rhs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(rhs);
        if (rhs.dim() is not (1 or 2) || rhs.shape[0] != Size || !rhs.is_floating_point())
        {
            throw new ArgumentException(
                $"A system of {Size} equations got a right-hand side of shape [{string.Join(", ", rhs.shape)}] and type {rhs.dtype}; "
                + $"give a floating [{Size}] or [{Size}, N].",
                nameof(rhs));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        if (_factor_EFF is null)
            return (rhs.detach() / _scale).MoveToOuterDisposeScope();
        var wide = rhs.detach().to(ScalarType.Float64).to(_factor_EFF.device);
        var rhs_EFN = wide.reshape(_factor_EFF.shape[0], _factor_EFF.shape[1], -1);
        var solution_EFN = cholesky_solve(rhs_EFN, _factor_EFF, upper: false); // L Lᵀ X = B
        return solution_EFN.reshape(rhs.shape).to(rhs.dtype).to(rhs.device).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the factor.</summary>
    public void Dispose()
    {
        _disposed = true;
        _factor_EFF?.Dispose();
    }

    private static void RefuseRidge(double ridge)
    {
        if (!(ridge >= 0) || double.IsInfinity(ridge))
            throw new ArgumentOutOfRangeException(nameof(ridge), ridge, "The ridge is a finite share of the mean diagonal, 0 or more.");
    }

    private static void RefuseShape(Tensor matrix)
    {
        if (matrix.dim() is not (2 or 3) || matrix.shape[^2] != matrix.shape[^1] || matrix.numel() == 0 || !matrix.is_floating_point())
        {
            throw new ArgumentException(
                $"A positive definite matrix is square and floating, but this one has shape [{string.Join(", ", matrix.shape)}] "
                + $"and type {matrix.dtype}; give an [F, F] such as a second moment, or the blocks of one, [E, F, F].",
                nameof(matrix));
        }
    }

    /// <summary>Compares a few rows at a time with the columns, so that no second matrix is made.</summary>
    private static void RefuseAsymmetry(Tensor matrix_FF)
    {
        var size = matrix_FF.shape[0];
        double largest = 0;
        double difference = 0;
        for (long start = 0; start < size; start += CheckedRows)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(CheckedRows, size - start);
            var rows_NF = matrix_FF.narrow(0, start, count);
            var columns_NF = matrix_FF.narrow(1, start, count).t();
            largest = Math.Max(largest, rows_NF.abs().amax(0, 1).item<double>());
            difference = Math.Max(difference, (rows_NF - columns_NF).abs().amax(0, 1).item<double>());
        }

        if (!double.IsFinite(largest))
        {
            throw new AmendException(
                $"The {size} x {size} matrix to factor has values that are not finite; compute it again from finite keys.");
        }

        if (difference > SymmetryTolerance * largest)
        {
            throw new ArgumentException(
                $"The {size} x {size} matrix to factor differs from its transpose by {difference:g3}, with a largest value of "
                + $"{largest:g3}; give a symmetric matrix.");
        }
    }

    private static AmendException NotPositiveDefinite(long size, int minor, double ridge, double meanDiagonal)
    {
        var proposed = Math.Max(SmallestProposedRidge, ridge * 10);
        var advice = meanDiagonal > 0
            ? FormattableString.Invariant($"add a ridge of {proposed:g3} or more, or gather more samples than {size}")
            : "no ridge can help, so check what it was computed from";
        var found = FormattableString.Invariant($"leading minor {minor}, mean diagonal {meanDiagonal:g3}");
        return new AmendException(FormattableString.Invariant(
            $"The {size} x {size} matrix with ridge {ridge:g3} is not positive definite ({found}); {advice}."));
    }
}
