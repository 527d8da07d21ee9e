using Amend.Models.Configuration;
using Amend.Models.Taps;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A parameter as layers read it: through the model's taps, so that a view can put another tensor in its place.</summary>
/// <param name="Weight">The parameter in the model's table.</param>
/// <param name="Taps">The model's taps.</param>
public sealed record Parameter(ModelWeight Weight, TapSet Taps)
{
    /// <summary>The value to compute with; it belongs to the table or to an open view.</summary>
    public Tensor Value => Taps.Read(Weight.Name, Weight.Value);

    /// <summary>The parameter of a name.</summary>
    /// <exception cref="ModelFormatException">The table has none of the name.</exception>
    public static Parameter From(WeightTable weights, string name) => new(weights[name], weights.Taps);
}
