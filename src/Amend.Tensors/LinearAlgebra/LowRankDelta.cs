using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// A change of a weight <c>[out,in]</c> kept as its factors, <c>Δ = Left Rightᵀ</c>, in float32; it owns both and frees
/// them when disposed.
/// </summary>
public sealed class LowRankDelta : IWeightDelta
{
    private bool _disposed;

    /// <summary>Copies the factors; the caller keeps its own.</summary>
    /// <param name="left">The factor on the side of the outputs, <c>[out,R]</c>, of a floating type.</param>
    /// <param name="right">The factor on the side of the inputs, <c>[in,R]</c>, of a floating type.</param>
    /// <exception cref="ArgumentException">The factors are not matrices of one rank, at least 1, or not floating.</exception>
    public LowRankDelta(Tensor left, Tensor right)
    {
        ArgumentNullException.ThrowIfNull(left);
        ArgumentNullException.ThrowIfNull(right);
        var matrices = left.dim() == 2 && right.dim() == 2 && left.is_floating_point() && right.is_floating_point();
        if (!matrices || left.shape[1] != right.shape[1] || left.shape[1] == 0)
        {
            throw new ArgumentException(
                $"The factors have shapes [{string.Join(", ", left.shape)}] and [{string.Join(", ", right.shape)}] and types "
                + $"{left.dtype} and {right.dtype}; give a floating [out, R] and [in, R] of one rank, at least 1.");
        }

        Left = OwnedTensor.Copy(left);
        Right = OwnedTensor.Copy(right);
    }

    /// <summary>The factor on the side of the outputs, <c>[out,R]</c> float32; it belongs to this delta.</summary>
    public Tensor Left { get; }

    /// <summary>The factor on the side of the inputs, <c>[in,R]</c> float32; it belongs to this delta.</summary>
    public Tensor Right { get; }

    /// <summary>The number of columns of each factor, <c>R</c>, which the rank of the product does not exceed.</summary>
    public long Rank => Left.shape[1];

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => [Left.shape[0], Right.shape[0]];

    /// <inheritdoc/>
    public void AddTo(Tensor weight)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(weight);
        var fits = weight.dim() == 2 && weight.shape[0] == Left.shape[0] && weight.shape[1] == Right.shape[0];
        if (!fits || !weight.is_floating_point())
        {
            throw new ArgumentException(
                $"A delta for [{Left.shape[0]}, {Right.shape[0]}] cannot be added to a weight of shape "
                + $"[{string.Join(", ", weight.shape)}] and type {weight.dtype}; give the weight it was computed for.",
                nameof(weight));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var type = weight.element_size() < Left.element_size() ? ScalarType.Float32 : weight.dtype;
        var sum = weight.to(type); // The weight itself where the type is its own.
        sum.addmm_(Left.to(type).to(weight.device), Right.to(type).to(weight.device).t(), beta: 1, alpha: 1);
        if (type != weight.dtype)
            weight.copy_(sum);
    }

    /// <inheritdoc/>
    /// <remarks>To 2^-36 of the largest product of a row and a column or better (<see cref="SplitProduct"/>).</remarks>
    public Tensor Rows(long from, long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var left = Left.narrow(0, from, count).to(ScalarType.Float64);
        var right = Right.to(ScalarType.Float64).t();
        return (Rank == 1 ? left * right : SplitProduct.Of(left, right)).MoveToOuterDisposeScope();
    }

    /// <summary>Forms <c>Left Rightᵀ</c>, <c>[out,in]</c> float32; the caller disposes.</summary>
    public Tensor ToDense()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return Left.matmul(Right.t()).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The Frobenius norm of the delta from the factors alone: <c>‖Left Rightᵀ‖² = Σ (LeftᵀLeft) ∘ (RightᵀRight)</c>, in
    /// float64.
    /// </summary>
    public double FrobeniusNorm()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var left = Left.to(ScalarType.Float64);
        var right = Right.to(ScalarType.Float64);
        var square = (left.t().matmul(left) * right.t().matmul(right)).sum().item<double>();
        return Math.Sqrt(Math.Max(0, square)); // Rounding can leave a zero slightly below zero.
    }

    /// <inheritdoc/>
    public IWeightDelta Clone()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new LowRankDelta(Left, Right);
    }

    /// <summary>Frees the factors.</summary>
    public void Dispose()
    {
        _disposed = true;
        Left.Dispose();
        Right.Dispose();
    }
}
