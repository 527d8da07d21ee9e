using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Root-mean-square normalisation (Zhang and Sennrich 2019) over the last axis, computed in float32 whatever the type.</summary>
/// <param name="Weight">The scale, <c>[D]</c>.</param>
/// <param name="Epsilon">What is added to the mean square.</param>
/// <param name="AroundOne">Whether the scale is 1 + weight, applied before the value is rounded to its type, as in Gemma.</param>
public sealed record RmsNorm(Parameter Weight, double Epsilon, bool AroundOne = false) : INorm
{
    /// <summary>The norm of a name.</summary>
    public static RmsNorm From(WeightTable weights, string name, double epsilon, bool aroundOne = false) =>
        new(Parameter.From(weights, $"{name}.weight"), epsilon, aroundOne);

    /// <summary>Normalises <c>[..,D]</c>; the result is in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value)
    {
        var exact = value.to(float32);
        var normed = exact * (exact.square().mean([-1], keepdim: true) + Epsilon).rsqrt();
        var weight = Weight.Value;
        return AroundOne ? (normed * (1 + weight.to(float32))).to(value.dtype) : weight * normed.to(value.dtype);
    }
}
