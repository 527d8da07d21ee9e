using Amend.Models.Weights;

namespace Amend.Models.Decoders.Experts;

/// <summary>Experts that are each an MLP by name.</summary>
/// <param name="Name">What their names begin with, before a number, such as <c>mlp.experts</c>.</param>
/// <param name="Each">Each of them, with names behind that number.</param>
internal sealed record SeparateExpertsPlan(string Name, DenseMlpPlan Each) : ExpertsPlan
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(string block, int count, long width) =>
        Numbered(block, count).SelectMany(expert => Each.Weights(expert, width));

    /// <inheritdoc/>
    public override IReadOnlyList<string> DownProjections(int count) => [.. Numbered("", count).Select(expert => expert + Each.Down)];

    /// <inheritdoc/>
    public override IExperts Build(WeightTable weights, string block, int count) =>
        new SeparateExperts([.. Numbered(block, count).Select(expert => Each.BuildDense(weights, expert))]);

    private IEnumerable<string> Numbered(string block, int count) =>
        Enumerable.Range(0, count).Select(expert => $"{block}{Name}.{expert}.");
}
