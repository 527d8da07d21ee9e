using Amend.Models.Taps;
using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>The MLP of a block as a family has it: its parameters, and what it computes with them.</summary>
internal abstract record MlpPlan
{
    /// <summary>The name of its down projection within the block; null where it has several.</summary>
    public abstract string? DownProjection { get; }

    /// <summary>The names of its experts' down projections within the block; none, the default, where it has no experts.</summary>
    public virtual IReadOnlyList<string> ExpertProjections => [];

    /// <summary>The sites that a pass through it visits.</summary>
    public abstract IReadOnlyList<SiteKind> Sites { get; }

    /// <summary>Its parameters, in order.</summary>
    /// <param name="block">What the names of the block's parameters begin with, such as <c>model.layers.0.</c>.</param>
    /// <param name="width">The width of the residual stream.</param>
    public abstract IEnumerable<WeightSpec> Weights(string block, long width);

    /// <summary>Its layers over the parameters of a table.</summary>
    /// <param name="weights">The table.</param>
    /// <param name="block">What the names of the block's parameters begin with.</param>
    public abstract IMlp Build(WeightTable weights, string block);
}
