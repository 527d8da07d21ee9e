using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Shipping.Exporting;

/// <summary>The types in which numbers are written, by the names of the command line and those of configurations.</summary>
public static class TypeNames
{
    private static readonly (string Short, string InConfiguration, ScalarType Type)[] All =
    [
        ("fp32", "float32", ScalarType.Float32),
        ("fp16", "float16", ScalarType.Float16),
        ("bf16", "bfloat16", ScalarType.BFloat16),
    ];

    /// <summary>The type of a name, such as <c>fp16</c>.</summary>
    /// <exception cref="AmendException">There is none of the name.</exception>
    public static ScalarType Find(string name) =>
        All.Any(type => type.Short == name)
            ? All.First(type => type.Short == name).Type
            : throw new AmendException(
                $"'{name}' was asked as a type of numbers; known: {string.Join(", ", All.Select(type => type.Short))}.");

    /// <summary>What a configuration calls a type, such as <c>float16</c>.</summary>
    public static string InConfiguration(ScalarType type) => All.First(known => known.Type == type).InConfiguration;

    /// <summary>A type's short name, such as <c>fp16</c>; the library's own for another.</summary>
    public static string Short(ScalarType type) => All.FirstOrDefault(known => known.Type == type).Short ?? type.ToString();
}
