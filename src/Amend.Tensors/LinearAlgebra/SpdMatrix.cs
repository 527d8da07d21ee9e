using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// A symmetric positive definite matrix <c>A</c> kept as its Cholesky factor <c>A + ridge·mean(diag A)·I = L Lᵀ</c> in
/// float64: systems with it are solved, its inverse is never formed.
/// </summary>
public sealed class SpdMatrix : IDisposable
{
    private const long CheckedRows = 512;

    /// <summary>Sums of float32 products differ between a matrix and its transpose by far less than this.</summary>
    private const double SymmetryTolerance = 1e-4;

    private const double SmallestProposedRidge = 1e-6;

    private readonly Tensor? _factor_FF;
    private readonly double _scale = 1;
    private bool _disposed;

    private SpdMatrix(Tensor factor_FF) => (_factor_FF, Size) = (factor_FF, factor_FF.shape[0]);

    private SpdMatrix(long size, double scale) => (Size, _scale) = (size, scale);

    /// <summary>The number of rows, <c>F</c>.</summary>
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
    /// <param name="matrix">The matrix, <c>[F,F]</c>, of a floating type; only its lower triangle is used.</param>
    /// <param name="ridge">What to add to the diagonal, as a share of its mean; 0 adds nothing.</param>
    /// <exception cref="ArgumentException">The matrix is not square, not floating or not symmetric.</exception>
    /// <exception cref="AmendException">The matrix has values that are not finite, or is not positive definite.</exception>
    public static SpdMatrix Factor(Tensor matrix, double ridge = 0)
    {
        ArgumentNullException.ThrowIfNull(matrix);
        RefuseRidge(ridge);
        RefuseShape(matrix);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var sum_FF = matrix.detach().to(ScalarType.Float64);
        RefuseAsymmetry(sum_FF);
        var meanDiagonal = sum_FF.diagonal().mean().item<double>();
        if (ridge > 0)
        {
            sum_FF = sum_FF.clone();
            sum_FF.diagonal().add_(ridge * meanDiagonal);
        }

        var (factor_FF, info) = linalg.cholesky_ex(sum_FF);
        var minor = info.item<int>();
        if (minor != 0)
            throw NotPositiveDefinite(matrix.shape[0], minor, ridge, meanDiagonal);
        return new SpdMatrix(factor_FF.DetachFromDisposeScope());
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
        if (_factor_FF is null)
            return (rhs.detach() / _scale).MoveToOuterDisposeScope();
        var wide = rhs.detach().to(ScalarType.Float64).to(_factor_FF.device);
        var rhs_FN = wide.dim() == 1 ? wide.unsqueeze(1) : wide;
        var solution_FN = cholesky_solve(rhs_FN, _factor_FF, upper: false); // L Lᵀ X = B
        var solution = wide.dim() == 1 ? solution_FN.squeeze(1) : solution_FN;
        return solution.to(rhs.dtype).to(rhs.device).MoveToOuterDisposeScope();
    }

    /// <summary>Frees the factor.</summary>
    public void Dispose()
    {
        _disposed = true;
        _factor_FF?.Dispose();
    }

    private static void RefuseRidge(double ridge)
    {
        if (!(ridge >= 0) || double.IsInfinity(ridge))
            throw new ArgumentOutOfRangeException(nameof(ridge), ridge, "The ridge is a finite share of the mean diagonal, 0 or more.");
    }

    private static void RefuseShape(Tensor matrix)
    {
        if (matrix.dim() != 2 || matrix.shape[0] != matrix.shape[1] || matrix.shape[0] == 0 || !matrix.is_floating_point())
        {
            throw new ArgumentException(
                $"A positive definite matrix is square and floating, but this one has shape [{string.Join(", ", matrix.shape)}] "
                + $"and type {matrix.dtype}; give an [F, F] such as a second moment.",
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
