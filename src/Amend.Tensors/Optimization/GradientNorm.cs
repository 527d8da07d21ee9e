using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>The Euclidean norm of the gradients of several tensors together, and its clipping (Pascanu et al. 2013).</summary>
public static class GradientNorm
{
    /// <summary>√ of the sum of all squares of the gradients; tensors without one count nothing.</summary>
    /// <exception cref="ArithmeticException">The norm is not finite; the sentence names the first tensor that makes it so.</exception>
    public static double Measure(IReadOnlyList<NamedTensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using var none = no_grad();
        return Math.Sqrt(tensors.Sum(Squares));
    }

    /// <summary>Scales the gradients so that their norm is at most <paramref name="most"/>, and returns the norm that it was.</summary>
    /// <exception cref="ArithmeticException">The norm is not finite; no gradient has changed.</exception>
    public static double Clip(IReadOnlyList<NamedTensor> tensors, double most)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(most);
        var norm = Measure(tensors);
        if (norm > most)
            Scale(tensors, most / norm);
        return norm;
    }

    /// <summary>Multiplies the gradients, in place.</summary>
    public static void Scale(IReadOnlyList<NamedTensor> tensors, double factor)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        using var scope = NewDisposeScope();
        using var none = no_grad();
        foreach (var tensor in tensors)
            tensor.Value.grad?.mul_(factor);
    }

    private static float Squares(NamedTensor tensor)
    {
        using var scope = NewDisposeScope();
        if (tensor.Value.grad is not { } gradient)
            return 0;
        var flat = gradient.reshape(-1);
        var squares = flat.dot(flat).to(ScalarType.Float32).item<float>();
        return float.IsFinite(squares)
            ? squares
            : throw new ArithmeticException(
                $"The gradient of '{tensor.Name}' is not finite (its squares sum to {squares}); train with a lower learning rate.");
    }
}
