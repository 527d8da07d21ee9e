using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>One element type of the format: its name in a header, its libtorch type and its size.</summary>
internal sealed record SafeTensorsDType(string Name, ScalarType Type, int Bytes)
{
    /// <summary>The types that are read and written, the widest first.</summary>
    public static IReadOnlyList<SafeTensorsDType> All { get; } =
    [
        new("F64", ScalarType.Float64, 8),
        new("I64", ScalarType.Int64, 8),
        new("F32", ScalarType.Float32, 4),
        new("I32", ScalarType.Int32, 4),
        new("F16", ScalarType.Float16, 2),
        new("BF16", ScalarType.BFloat16, 2),
        new("I16", ScalarType.Int16, 2),
        new("U8", ScalarType.Byte, 1),
        new("I8", ScalarType.Int8, 1),
        new("BOOL", ScalarType.Bool, 1),
    ];

    public static string Names { get; } = string.Join(", ", All.Select(dtype => dtype.Name));

    public static SafeTensorsDType? Find(string name) => All.FirstOrDefault(dtype => dtype.Name == name);

    public static SafeTensorsDType? Find(ScalarType type) => All.FirstOrDefault(dtype => dtype.Type == type);
}
