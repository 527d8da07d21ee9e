using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>A tensor that is to be written: what the header says of it, and how its values are made when their turn comes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="DType">Its type in the file.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Value">Gives its values, of any type, on any device; the writer disposes them.</param>
public sealed record SafeTensorsContent(string Name, ScalarType DType, long[] Shape, Func<Tensor> Value)
{
    /// <summary>Its size in bytes in the file.</summary>
    /// <exception cref="ArgumentException">The type is not of the format.</exception>
    public long Length => Shape.Aggregate((long)Kept.Bytes, (product, size) => product * size);

    /// <summary>The type as the format has it.</summary>
    internal SafeTensorsDType Kept => SafeTensorsDType.Find(DType)
        ?? throw new ArgumentException($"Tensor {ShownName.Of(Name)} has the type {DType}; convert it to one of {SafeTensorsDType.Names}.");

    /// <summary>Writes the values in the file's type, piece by piece.</summary>
    /// <exception cref="ArgumentException">The values have another shape.</exception>
    internal void WriteTo(Stream stream)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var given = Value();
        if (!given.shape.AsSpan().SequenceEqual(Shape))
        {
            throw new ArgumentException($"Tensor {ShownName.Of(Name)} came as [{string.Join(", ", given.shape)}] where "
                + $"[{string.Join(", ", Shape)}] was said; give what was said.");
        }

        var plain = given.detach().to(DType).cpu().contiguous();
        TensorBytes.ForEachChunk(plain, (bytes, _) => stream.Write(bytes));
    }
}
