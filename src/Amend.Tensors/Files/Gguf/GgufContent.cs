using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.Gguf;

/// <summary>A tensor that is to be written: what the list says of it, and how its bytes are made when their turn comes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in the file.</param>
/// <param name="Shape">Its shape row by row.</param>
/// <param name="Write">Writes its bytes, all of them and no more, to the stream.</param>
public sealed record GgufContent(string Name, GgufType Type, long[] Shape, Action<Stream> Write)
{
    /// <summary>The tensor's size in bytes in the file.</summary>
    public long Length => Shape.Aggregate(1L, (product, size) => product * size) / Type.BlockElements * Type.BlockBytes;

    /// <summary>
    /// A tensor whose values are asked for when their turn comes, written by <see cref="QuantisedTensor"/>, and disposed.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">Its type in the file.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="value">Gives the values, of any floating-point type, on any device; the writer disposes them.</param>
    /// <exception cref="AmendException">The type is one that is read but not written.</exception>
    public static GgufContent Of(string name, GgufType type, long[] shape, Func<Tensor> value)
    {
        ArgumentNullException.ThrowIfNull(type);
        type.RefuseReadOnly($"Tensor {ShownName.Of(name)}");
        return new(name, type, shape, stream => WriteValue(stream, type, value));
    }

    /// <summary>What a reader gets of values that are written in a type.</summary>
    /// <param name="type">The type.</param>
    /// <param name="value">The values, of any floating-point type.</param>
    /// <returns>The values, float32 on the CPU; the caller disposes.</returns>
    /// <exception cref="AmendException">The type is one that is read but not written.</exception>
    public static Tensor Rounded(GgufType type, Tensor value)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        if (type.ReadBlocks is not { } read)
            return value.detach().to(type.DType).cpu().to(ScalarType.Float32).MoveToOuterDisposeScope();
        using var stream = new MemoryStream();
        Of("values", type, value.shape, value.alias).Write(stream);
        var rounded = empty(value.shape, ScalarType.Float32);
        read(stream.GetBuffer().AsSpan(0, (int)stream.Length), MemoryMarshal.Cast<byte, float>(rounded.bytes));
        return rounded.MoveToOuterDisposeScope();
    }

    private static void WriteValue(Stream stream, GgufType type, Func<Tensor> value)
    {
        using var scope = NewDisposeScope();
        using var given = value();
        QuantisedTensor.Write(stream, type, given);
    }
}
