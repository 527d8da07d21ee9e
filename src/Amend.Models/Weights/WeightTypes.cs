using Amend.Tensors;
using TorchSharp;

namespace Amend.Models.Weights;

/// <summary>The types that weights may be loaded in, by the names that people give them.</summary>
public static class WeightTypes
{
    private static readonly (string Name, torch.ScalarType Type)[] All =
    [
        ("fp32", torch.ScalarType.Float32), ("bf16", torch.ScalarType.BFloat16), ("fp16", torch.ScalarType.Float16),
    ];

    /// <summary>The names, the default's first.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(one => one.Name)];

    /// <summary>The type of a name.</summary>
    /// <exception cref="AmendException">There is no such type.</exception>
    public static torch.ScalarType Find(string name) => Array.Find(All, one => one.Name == name) is { Name: not null } found
        ? found.Type
        : throw new AmendException($"The type '{name}' is unknown; give {string.Join(", ", Names)}.");

    /// <summary>What a type is called; libtorch's name of one that weights cannot be loaded in.</summary>
    public static string NameOf(torch.ScalarType type) => Array.Find(All, one => one.Type == type).Name ?? $"{type}";
}
