using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>A linear map, x Wᵀ + b; its parameters belong to the model's table.</summary>
/// <param name="Weight">W, <c>[out,in]</c>.</param>
/// <param name="Bias">b, <c>[out]</c>, or null.</param>
public sealed record Linear(Tensor Weight, Tensor? Bias)
{
    /// <summary>The map of a name: its <c>weight</c>, and the <c>bias</c> of the same name where the table has one.</summary>
    public static Linear From(WeightTable weights, string name) => From(weights, name, bias: name);

    /// <summary>The map of a name with the bias of another, as tied heads have it: a <c>weight</c>, and a <c>bias</c> where the table has one.</summary>
    public static Linear From(WeightTable weights, string name, string bias) =>
        new(weights[$"{name}.weight"].Value, weights.Contains($"{bias}.bias") ? weights[$"{bias}.bias"].Value : null);

    /// <summary>Maps <c>[..,in]</c> to <c>[..,out]</c>; the result is in the caller's dispose scope.</summary>
    public Tensor Apply(Tensor value) => nn.functional.linear(value, Weight, Bias);
}
