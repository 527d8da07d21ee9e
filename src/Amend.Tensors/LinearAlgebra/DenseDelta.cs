using static TorchSharp.torch;

namespace Amend.Tensors.LinearAlgebra;

/// <summary>
/// A change of a weight kept element by element, <c>Δ</c>, in float32, for methods whose changes have no low rank and for
/// biases; it owns the tensor and frees it when disposed.
/// </summary>
public sealed class DenseDelta : IWeightDelta
{
    private bool _disposed;

    /// <summary>Copies the change; the caller keeps its own.</summary>
    /// <param name="value">The change, <c>[out,in]</c> or <c>[out]</c>, of a floating type.</param>
    /// <exception cref="ArgumentException">The change is no matrix or vector, or not floating.</exception>
    public DenseDelta(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.dim() is not (1 or 2) || !value.is_floating_point())
        {
            throw new ArgumentException(
                $"The change has shape [{string.Join(", ", value.shape)}] and type {value.dtype}; give a floating [out, in] or [out].",
                nameof(value));
        }

        Value = OwnedTensor.Copy(value);
    }

    /// <summary>The change, float32; it belongs to this delta.</summary>
    public Tensor Value { get; }

    /// <inheritdoc/>
    public IReadOnlyList<long> Shape => Value.shape;

    /// <inheritdoc/>
    public void AddTo(Tensor weight)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentNullException.ThrowIfNull(weight);
        if (!weight.shape.AsSpan().SequenceEqual(Value.shape) || !weight.is_floating_point())
        {
            throw new ArgumentException(
                $"A delta for [{string.Join(", ", Value.shape)}] cannot be added to a weight of shape "
                + $"[{string.Join(", ", weight.shape)}] and type {weight.dtype}; give the weight it was computed for.",
                nameof(weight));
        }

        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var type = weight.element_size() < Value.element_size() ? ScalarType.Float32 : weight.dtype;
        weight.copy_(weight.to(type) + Value.to(type).to(weight.device));
    }

    /// <inheritdoc/>
    public Tensor Rows(long from, long count)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return Value.narrow(0, from, count).to(ScalarType.Float64).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public double FrobeniusNorm()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        return Math.Sqrt(Value.to(ScalarType.Float64).square().sum().item<double>());
    }

    /// <inheritdoc/>
    public IWeightDelta Clone()
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new DenseDelta(Value);
    }

    /// <summary>Frees the change.</summary>
    public void Dispose()
    {
        _disposed = true;
        Value.Dispose();
    }
}
