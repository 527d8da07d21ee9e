using Amend.Models.Families.T5;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Atlas.Training.T5;

/// <summary>
/// Fresh T5 parameters as Mesh TensorFlow draws them (Raffel et al. 2020; Hugging Face's <c>_init_weights</c>): the embedding normal with
/// deviation 1, a map with one over the root of its inputs, queries besides over that of a head's width, norms one.
/// </summary>
internal static class T5Initializer
{
    /// <summary>Makes the parameters, with gradients on.</summary>
    public static WeightTable Make(T5Config config, int seed)
    {
        using var generator = new Generator((ulong)seed);
        Tensor Fresh(WeightSpec spec) =>
            spec.Shape.Length == 1 ? ones(spec.Shape) : randn(spec.Shape, generator: generator) * Deviation(spec, config);
        return WeightTable.Of(T5Weights.Of(config), spec => Fresh(spec).requires_grad_(true));
    }

    private static double Deviation(WeightSpec spec, T5Config config) => spec.Name switch
    {
        $"{T5Weights.Shared}.weight" => 1,
        _ when spec.Name.Contains("relative_attention_bias", StringComparison.Ordinal) => 1 / Math.Sqrt(config.Encoder.Width),
        _ when spec.Name.EndsWith(".q.weight", StringComparison.Ordinal) => 1 / Math.Sqrt((double)spec.Shape[1] * config.HeadWidth),
        _ => 1 / Math.Sqrt(spec.Shape[1]),
    };
}
