using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>A change of one weight, in whatever form is smallest for its method; owns its tensors.</summary>
public interface IWeightDelta : IDisposable
{
    /// <summary>The shape of the weight that it changes: <c>[out,in]</c> of a matrix, <c>[out]</c> of a bias.</summary>
    IReadOnlyList<long> Shape { get; }

    /// <summary>Adds the change to the weight in place. A float16 or bfloat16 weight is summed in float32 and rounded once.</summary>
    /// <param name="weight">The weight, of <see cref="Shape"/> and a floating type, on any device.</param>
    /// <exception cref="ArgumentException">The weight has another shape or is not floating.</exception>
    /// <exception cref="ObjectDisposedException">The delta was disposed.</exception>
    void AddTo(Tensor weight);

    /// <summary>Some rows of the change in float64, with the same bits however many threads there are.</summary>
    /// <param name="from">The first of them.</param>
    /// <param name="count">How many.</param>
    /// <returns><c>[count,in]</c> of a matrix, <c>[count]</c> of a bias, float64; the caller disposes and may change it.</returns>
    /// <exception cref="ObjectDisposedException">The delta was disposed.</exception>
    Tensor Rows(long from, long count);

    /// <summary>The Frobenius norm of the change, computed in float64.</summary>
    /// <exception cref="ObjectDisposedException">The delta was disposed.</exception>
    double FrobeniusNorm();

    /// <summary>A copy with tensors of its own; the caller disposes.</summary>
    /// <exception cref="ObjectDisposedException">The delta was disposed.</exception>
    IWeightDelta Clone();
}
