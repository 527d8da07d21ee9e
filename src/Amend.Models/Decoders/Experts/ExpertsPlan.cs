using Amend.Models.Weights;

namespace Amend.Models.Decoders.Experts;

/// <summary>How the experts of a mixture lie in a family's files.</summary>
internal abstract record ExpertsPlan
{
    /// <summary>Their parameters, in order.</summary>
    /// <param name="block">What the names of the block's parameters begin with, such as <c>model.layers.0.</c>.</param>
    /// <param name="count">The number of experts, E.</param>
    /// <param name="width">The width of the residual stream.</param>
    public abstract IEnumerable<WeightSpec> Weights(string block, int count, long width);

    /// <summary>The names of their down projections within the block; none where they lie in one tensor.</summary>
    /// <param name="count">The number of experts, E.</param>
    public virtual IReadOnlyList<string> DownProjections(int count) => [];

    /// <summary>The experts over the parameters of a table.</summary>
    public abstract IExperts Build(WeightTable weights, string block, int count);
}
