using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019, algorithm 2) with beta (0.9, 0.98), decay on matrices only, and a clipped global
/// gradient norm. Its two moments are plain tensors, so that a checkpoint can hold them.
/// </summary>
internal sealed class DecayingAdam : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.98;
    private const double Epsilon = 1e-8;
    private readonly WeightTable _weights;
    private readonly double _decay;
    private int _steps;

    public DecayingAdam(WeightTable weights, double decay)
    {
        _weights = weights;
        _decay = decay;
        Moments =
        [
            .. _weights.All.Select(w => (zeros_like(w.Value).DetachFromDisposeScope(), zeros_like(w.Value).DetachFromDisposeScope())),
        ];
    }

    /// <summary>First and second moments, in the order of the weights; the optimiser owns them.</summary>
    public IReadOnlyList<(Tensor First, Tensor Second)> Moments { get; }

    /// <summary>Continues from the moments of this many steps.</summary>
    public void ResumeAt(int step) => _steps = step;

    /// <summary>One step along the gradients, which are cleared.</summary>
    /// <exception cref="ArithmeticException">The gradients are not finite; the weights are unchanged.</exception>
    public void Step(double learningRate, double clipNorm)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        _steps++;
        var gradients = _weights.All.Select(w => w.Value.grad!).ToArray();
        var norm = Math.Sqrt(gradients.Sum(g => g.square().sum().item<float>()));
        if (!double.IsFinite(norm))
            throw new ArithmeticException(
                $"The gradient's norm became {norm} at optimiser step {_steps} with learning rate {learningRate:G3}; "
                + "train with a lower one.");
        var scale = norm > clipNorm ? clipNorm / norm : 1;
        var (correction1, correction2) = (1 - Math.Pow(Beta1, _steps), 1 - Math.Pow(Beta2, _steps));
        for (var i = 0; i < gradients.Length; i++)
        {
            var (weight, gradient) = (_weights.All[i].Value, gradients[i].mul_(scale));
            var (first, second) = Moments[i];
            if (weight.dim() > 1)
                weight.mul_(1 - learningRate * _decay);
            first.mul_(Beta1).add_(gradient, alpha: 1 - Beta1);
            second.mul_(Beta2).addcmul_(gradient, gradient, value: 1 - Beta2);
            var denominator = second.div(correction2).sqrt_().add_(Epsilon);
            weight.addcdiv_(first, denominator, value: -learningRate / correction1);
            weight.grad!.zero_();
        }
    }

    public void Dispose()
    {
        foreach (var (first, second) in Moments)
        {
            first.Dispose();
            second.Dispose();
        }
    }
}
