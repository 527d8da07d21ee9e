using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Amend.Tensors.Optimization;

/// <summary>The means of gradients and of their squares, and the step that follows from them.</summary>
/// <param name="First">m, a tensor for each that is moved.</param>
/// <param name="Second">v, likewise.</param>
/// <param name="Settings">The constants.</param>
internal sealed record AdamMoments(IReadOnlyList<Tensor> First, IReadOnlyList<Tensor> Second, AdamSettings Settings)
{
    /// <summary>
    /// m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², w ← w − rate · m̂ / (√v̂ + ε), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ)
    /// (Kingma and Ba 2015, algorithm 1).
    /// </summary>
    public void Move(int index, Tensor weight, Tensor gradient, double rate, int steps)
    {
        var (first, second) = (First[index], Second[index]);
        var (ofFirst, ofSecond) = (1 - Math.Pow(Settings.Beta1, steps), 1 - Math.Pow(Settings.Beta2, steps));
        if (ElementBlocks.Of(weight, gradient.contiguous(), first, second) is { } blocks)
        {
            blocks.Visit((block, work) => MoveBlock(block, work, -rate / ofFirst, ofSecond));
            return;
        }

        first.mul_(Settings.Beta1).add_(gradient, alpha: 1 - Settings.Beta1);
        second.mul_(Settings.Beta2).addcmul_(gradient, gradient, value: 1 - Settings.Beta2);
        var root = second.div(ofSecond).sqrt_().add_(Settings.Epsilon);
        weight.addcdiv_(first, root, value: -rate / ofFirst);
    }

    private void MoveBlock(ElementBlocks.Block block, Span<float> work, double rate, double ofSecond)
    {
        Span<float> weight = block[0], gradient = block[1], first = block[2], second = block[3];
        Span<float> root = work[..weight.Length], step = work[weight.Length..];
        TensorPrimitives.Multiply(first, (float)Settings.Beta1, first);
        TensorPrimitives.FusedMultiplyAdd(gradient, (float)(1 - Settings.Beta1), first, first);
        TensorPrimitives.Multiply(second, (float)Settings.Beta2, second);
        TensorPrimitives.Multiply(gradient, (float)(1 - Settings.Beta2), step);
        TensorPrimitives.FusedMultiplyAdd(step, gradient, second, second);
        TensorPrimitives.Divide(second, (float)ofSecond, root);
        TensorPrimitives.Sqrt(root, root);
        TensorPrimitives.Add(root, (float)Settings.Epsilon, root);
        TensorPrimitives.Multiply(first, (float)rate, step);
        TensorPrimitives.Divide(step, root, step);
        TensorPrimitives.Add(weight, step, weight);
    }
}
