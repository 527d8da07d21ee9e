using static TorchSharp.torch;

namespace Amend.Tensors.Files.PyTorch;

/// <summary>What a pickle says of a tensor: a view of a storage, checked to lie within it.</summary>
/// <param name="Storage">The storage.</param>
/// <param name="Offset">Its first element in the storage.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Stride">The steps of its dimensions, in elements.</param>
/// <param name="Span">How many elements of the storage lie between its first and its last, both counted.</param>
internal sealed record TorchTensor(TorchStorage Storage, long Offset, long[] Shape, long[] Stride, long Span)
{
    /// <summary>Whether its elements lie in order, without gaps.</summary>
    public bool IsContiguous
    {
        get
        {
            long step = 1;
            for (var i = Shape.Length - 1; i >= 0; i--)
            {
                if (Shape[i] != 1 && Stride[i] != step)
                    return Span == 0;
                step *= Shape[i];
            }

            return true;
        }
    }
}

/// <summary>What a pickle says of a storage, the memory that tensors are views of.</summary>
/// <param name="Type">Its elements.</param>
/// <param name="Key">The name of its entry under <c>data/</c>.</param>
/// <param name="Count">How many elements it has.</param>
internal sealed record TorchStorage(TorchStorageType Type, string Key, long Count);

/// <summary>A storage class of PyTorch: its name in module <c>torch</c>, the type of its elements and their size.</summary>
internal sealed record TorchStorageType(string Name, ScalarType DType, int Bytes)
{
    /// <summary>Those that are read.</summary>
    public static IReadOnlyList<TorchStorageType> All { get; } =
    [
        new("DoubleStorage", ScalarType.Float64, 8),
        new("FloatStorage", ScalarType.Float32, 4),
        new("HalfStorage", ScalarType.Float16, 2),
        new("BFloat16Storage", ScalarType.BFloat16, 2),
        new("LongStorage", ScalarType.Int64, 8),
        new("IntStorage", ScalarType.Int32, 4),
        new("ShortStorage", ScalarType.Int16, 2),
        new("CharStorage", ScalarType.Int8, 1),
        new("ByteStorage", ScalarType.Byte, 1),
        new("BoolStorage", ScalarType.Bool, 1),
    ];
}
