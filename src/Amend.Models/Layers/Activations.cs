using Amend.Models.Configuration;
using static TorchSharp.torch;

namespace Amend.Models.Layers;

/// <summary>The activation functions of MLPs under the names that <c>config.json</c> uses.</summary>
public static class Activations
{
    private static readonly Dictionary<string, Func<Tensor, Tensor>> Known = new(StringComparer.Ordinal)
    {
        ["gelu_new"] = GeluTanh,
        ["gelu_pytorch_tanh"] = GeluTanh,
        ["gelu_fast"] = GeluTanh,
        ["gelu"] = value => nn.functional.gelu(value),
        ["relu"] = value => nn.functional.relu(value),
        ["relu2"] = value => nn.functional.relu(value).square(),
        ["silu"] = value => nn.functional.silu(value),
        ["swish"] = value => nn.functional.silu(value),
        ["tanh"] = value => value.tanh(),
    };

    /// <summary>The function of a name; its results are in the caller's dispose scope.</summary>
    /// <exception cref="ModelFormatException">The name is unknown.</exception>
    public static Func<Tensor, Tensor> Find(string name) => Known.TryGetValue(name, out var function)
        ? function
        : throw new ModelFormatException($"config.json names the activation '{name}'; known: {string.Join(", ", Known.Keys)}.");

    private static Tensor GeluTanh(Tensor value) => nn.functional.gelu(value, TorchSharp.Modules.GELU.Approximate.tanh);
}
