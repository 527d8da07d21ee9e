using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// Writes the values of a tensor as a type of GGUF, in pieces that are converted and rounded one after another, so that nothing but
/// the given tensor is ever held whole.
/// </summary>
public static class QuantisedTensor
{
    /// <summary>
    /// Writes values row by row: plain types as torch converts to them, nearest and ties to even; blocks from float32, as ggml-quants.c
    /// rounds them without weights of importance.
    /// </summary>
    /// <param name="stream">Where the bytes go, <c>elements / BlockElements * BlockBytes</c> of them; it stays open.</param>
    /// <param name="type">A type with <see cref="GgufType.IsWritten"/>, or the integers that the values are.</param>
    /// <param name="values">
    /// The values, shape [.., columns] with columns a whole number of blocks, on any device, in any order in memory; the caller disposes.
    /// </param>
    /// <exception cref="ArgumentException">Rows are no whole number of blocks, or the values are not the integers of the type.</exception>
    /// <exception cref="AmendException">The type is one that is read but not written.</exception>
    public static void Write(Stream stream, GgufType type, Tensor values)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(values);
        RefuseBad(type, values);
        if (values.numel() == 0)
            return;
        using var scope = NewDisposeScope();
        var whole = values.detach();
        var rows = whole.is_contiguous() ? whole.view(-1) : whole;
        var (count, elements) = (rows.shape[0], rows.numel() / rows.shape[0]);
        var step = Math.Max(1, DequantisedTensor.PieceElements / elements);
        for (long start = 0; start < count; start += step)
            WritePiece(stream, type, rows, start, Math.Min(step, count - start));
    }

    private static void WritePiece(Stream stream, GgufType type, Tensor rows, long start, long count)
    {
        using var scope = NewDisposeScope();
        var plain = rows.narrow(0, start, count).to(type.DType).cpu().contiguous();
        TensorBytes.ForEachChunk(
            plain, (bytes, _) => stream.Write(type.WriteBlocks is null ? bytes : Blocks(type, MemoryMarshal.Cast<byte, float>(bytes))));
    }

    private static byte[] Blocks(GgufType type, ReadOnlySpan<float> values)
    {
        var blocks = new byte[values.Length / type.BlockElements * type.BlockBytes];
        type.WriteBlocks!(values, blocks);
        return blocks;
    }

    private static void RefuseBad(GgufType type, Tensor values)
    {
        var what = $"A tensor of shape [{string.Join(", ", values.shape)}]";
        type.RefuseReadOnly(what);
        if (!type.IsWritten && values.dtype != type.DType)
        {
            throw new ArgumentException(
                $"{what} and type {values.dtype} is to be written as the integers {type.Name}, which nothing is rounded to; take F32 or "
                + "another type of floats.");
        }

        var columns = values.dim() == 0 ? 1 : values.shape[^1];
        if (columns % type.BlockElements != 0)
        {
            throw new ArgumentException(
                $"{what} has rows of {columns} elements, no multiple of the {type.BlockElements} of a block of {type.Name}; "
                + "take a type without blocks.");
        }
    }
}
