using Amend.Models.Families;
using Amend.Models.Families.Bert;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Atlas.Training.Bert;

/// <summary>Fresh BERT parameters (Devlin et al. 2019): matrices normal with deviation 0.02, biases zero, norms one and zero.</summary>
internal static class BertInitializer
{
    private const double Deviation = 0.02;

    /// <summary>The configuration of an untrained atlas model.</summary>
    public static BertConfig Config(ModelShape shape) => new(shape, 0, 2, 1e-12, "gelu", true);

    /// <summary>Makes the encoder's and the classifier's parameters, with gradients on.</summary>
    public static WeightTable Classifier(BertConfig config, LabelSet labels, int seed) => Make(
        [.. BertWeights.OfEncoder(config, BertWeights.Prefix), .. BertWeights.OfClassifier(config.Shape, labels.Names.Count)], seed);

    /// <summary>Makes the parameters of the head that fills masks, with gradients on.</summary>
    public static WeightTable MaskedHead(BertConfig config, int seed) => Make(BertWeights.OfMaskedHead(config), seed + 1);

    private static WeightTable Make(IEnumerable<WeightSpec> specs, int seed)
    {
        using var generator = new Generator((ulong)seed);
        return WeightTable.Of(specs, spec => Fresh(spec, generator).requires_grad_(true));
    }

    private static Tensor Fresh(WeightSpec spec, Generator generator) =>
        spec.Shape.Length > 1 ? randn(spec.Shape, generator: generator) * Deviation
        : spec.Name.EndsWith(".weight", StringComparison.Ordinal) ? ones(spec.Shape)
        : zeros(spec.Shape);
}
