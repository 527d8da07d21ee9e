using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>What a file of tensors says of one of them.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="DType">The type of its elements in the file.</param>
/// <param name="Shape">Its shape; empty for a scalar.</param>
/// <param name="Begin">Its first byte, counted from where the file's data begin: in safetensors after the header.</param>
/// <param name="End">The byte after its last, counted likewise.</param>
public sealed record TensorEntry(string Name, ScalarType DType, long[] Shape, long Begin, long End)
{
    /// <summary>The tensor's size in bytes.</summary>
    public long Length => End - Begin;
}
