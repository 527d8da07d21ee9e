using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Families;

/// <summary>A classifier's head that is not trained yet.</summary>
/// <param name="Labels">The labels that it will put texts under.</param>
/// <param name="Seed">The seed of its weights.</param>
public sealed record NewHead(LabelSet Labels, int Seed)
{
    /// <summary>
    /// Adds the parameters of a head that a table lacks: matrices normal with the given deviation, biases zero and a norm's scale one, as
    /// Hugging Face's classifiers begin. What the table has, as a pretrained pooler, stays.
    /// </summary>
    /// <param name="weights">The table, which then owns them.</param>
    /// <param name="head">The parameters of the head.</param>
    /// <param name="deviation">The deviation, <c>initializer_range</c>.</param>
    /// <param name="dtype">Their type.</param>
    /// <param name="device">Where they go.</param>
    internal void AddTo(WeightTable weights, IEnumerable<WeightSpec> head, double deviation, ScalarType dtype, Device device)
    {
        using var generator = new Generator((ulong)Seed);
        foreach (var spec in head.Where(spec => !weights.Contains(spec.Name)))
        {
            using var scope = NewDisposeScope();
            var value = spec.Shape.Length > 1 ? randn(spec.Shape, generator: generator) * deviation
                : spec.Name.EndsWith(".weight", StringComparison.Ordinal) ? ones(spec.Shape)
                : zeros(spec.Shape);
            weights.Add(new ModelWeight(spec.Name, value.to(dtype).to(device), spec.StoredTransposed));
        }
    }
}
