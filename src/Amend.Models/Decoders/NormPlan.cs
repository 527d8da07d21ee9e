using Amend.Models.Layers;
using Amend.Models.Weights;

namespace Amend.Models.Decoders;

/// <summary>The norms of a family.</summary>
/// <param name="Kind">What is computed, with which parameters.</param>
/// <param name="Epsilon">What is added under the root.</param>
internal sealed record NormPlan(NormKind Kind, double Epsilon)
{
    /// <summary>The parameters of a norm.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="width">The width that it norms.</param>
    public IEnumerable<WeightSpec> Weights(string name, long width) => Kind switch
    {
        NormKind.Bare => [],
        NormKind.Layer or NormKind.LayerAroundOne => WeightSpec.LayerNorm(name, width),
        _ => [WeightSpec.RmsNorm(name, width)],
    };

    /// <summary>The norm of a name over the parameters of a table.</summary>
    public INorm Build(WeightTable weights, string name)
    {
        Parameter Of(string parameter) => Parameter.From(weights, $"{name}.{parameter}");
        return Kind switch
        {
            NormKind.Rms or NormKind.RmsAroundOne => RmsNorm.From(weights, name, Epsilon, Kind == NormKind.RmsAroundOne),
            NormKind.LayerWithoutShift => new LayerNorm(Of("weight"), null, Epsilon),
            NormKind.Bare => new LayerNorm(null, null, Epsilon),
            _ => new LayerNorm(Of("weight"), Of("bias"), Epsilon, Kind == NormKind.LayerAroundOne),
        };
    }
}

/// <summary>The kinds of norms.</summary>
internal enum NormKind
{
    /// <summary>Root mean square, with a scale.</summary>
    Rms,

    /// <summary>Root mean square, with a scale of 1 + weight.</summary>
    RmsAroundOne,

    /// <summary>Mean and variance, with scale and shift.</summary>
    Layer,

    /// <summary>Mean and variance, with a scale of 1 + weight and a shift.</summary>
    LayerAroundOne,

    /// <summary>Mean and variance, with a scale.</summary>
    LayerWithoutShift,

    /// <summary>Mean and variance, without parameters.</summary>
    Bare,
}
