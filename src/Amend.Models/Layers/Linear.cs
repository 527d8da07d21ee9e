using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A linear map, x Wᵀ + b; its parameters belong to the model's table.</summary>
/// <param name="Weight">W, <c>[out,in]</c>.</param>
/// <param name="Bias">b, <c>[out]</c>, or null.</param>
public sealed record Linear(Tensor Weight, Tensor? Bias)
{
    /// <summary>The map of a name: its <c>weight</c>, and its <c>bias</c> where the table has one.</summary>
    public static Linear From(WeightTable weights, string name) =>
        new(weights[$"{name}.weight"].Value, weights.Contains($"{name}.bias") ? weights[$"{name}.bias"].Value : null);

    /// <summary>Maps <c>[..,in]</c> to <c>[..,out]</c>.</summary>
    public Tensor Of(Tensor value) => nn.functional.linear(value, Weight, Bias);
}
