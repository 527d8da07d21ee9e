using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// The space that a symmetric positive semi-definite matrix maps to almost nothing, as its projector <c>P = U₀ U₀ᵀ</c>, where
/// <c>U₀</c> are the eigenvectors whose eigenvalues are below a threshold (Fang et al. 2025, eq. 6 to 8), in float64.
/// </summary>
public sealed class NullSpace : IDisposable
{
    private readonly Tensor _projector_FF;
    private bool _disposed;

    internal NullSpace(Tensor projector_FF, long dimensions) => (_projector_FF, Dimensions) = (projector_FF, dimensions);

    /// <summary>The space of a projector that is known; the caller keeps its own.</summary>
    /// <param name="projector">The projector, <c>[F,F]</c>, of a floating type; its trace is the number of directions.</param>
    public static NullSpace Of(Tensor projector)
    {
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var projector_FF = projector.detach().to(ScalarType.Float64).clone();
        return new NullSpace(projector_FF.DetachFromDisposeScope(), (long)Math.Round(projector_FF.trace().item<double>()));
    }

    /// <summary>The number of directions in the space.</summary>
    public long Dimensions { get; }

    /// <summary>The projector, <c>[F,F]</c> float64; it belongs to this.</summary>
    public Tensor Projector => _projector_FF;

    /// <summary>Finds the space by an eigendecomposition; the caller keeps the matrix and disposes the result.</summary>
    /// <param name="matrix">The matrix, <c>[F,F]</c>, symmetric, of a floating type.</param>
    /// <param name="threshold">Eigenvalues below it count as zero; above 0.</param>
    /// <exception cref="ArgumentException">The matrix is not square or not floating.</exception>
    public static NullSpace Below(Tensor matrix, double threshold)
    {
        using var basis = NullSpaceBasis.Below(matrix, threshold);
        return basis.Space();
    }

    /// <summary>The part of vectors that is in the space, <c>P X</c>, <c>[F,N]</c> float64, in the caller's dispose scope.</summary>
    /// <param name="vectors_FN">The vectors as columns, float64.</param>
    /// <exception cref="ObjectDisposedException">The space was disposed.</exception>
    public Tensor Project(Tensor vectors_FN)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _projector_FF.to(vectors_FN.device).matmul(vectors_FN);
    }

    /// <summary>Frees the projector.</summary>
    public void Dispose()
    {
        _disposed = true;
        _projector_FF.Dispose();
    }
}
