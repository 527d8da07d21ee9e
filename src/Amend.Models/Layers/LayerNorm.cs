using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>Layer normalisation (Ba et al. 2016) over the last axis; half-precision values are normalised in float32.</summary>
/// <param name="Weight">The scale, <c>[D]</c>, or null.</param>
/// <param name="Bias">The shift, <c>[D]</c>, or null.</param>
/// <param name="Epsilon">What is added to the variance.</param>
/// <param name="AroundOne">Whether the scale is 1 + weight, as in Nemotron.</param>
public sealed record LayerNorm(Parameter? Weight, Parameter? Bias, double Epsilon, bool AroundOne = false) : INorm
{
    /// <summary>The names of its parameters.</summary>
    internal IEnumerable<string> ParameterNames => new[] { Weight, Bias }.OfType<Parameter>().Select(one => one.Weight.Name);

    /// <summary>The norm of a name: its <c>weight</c>, and its <c>bias</c> where the table has one.</summary>
    public static LayerNorm From(WeightTable weights, string name, double epsilon) => new(
        Parameter.From(weights, $"{name}.weight"),
        weights.Contains($"{name}.bias") ? Parameter.From(weights, $"{name}.bias") : null,
        epsilon);

    /// <summary>Normalises <c>[..,D]</c>; the result is in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value)
    {
        var weight = AroundOne ? Weight!.Value + 1 : Weight?.Value;
        return nn.functional.layer_norm(value, [value.shape[^1]], weight, Bias?.Value, Epsilon);
    }
}
