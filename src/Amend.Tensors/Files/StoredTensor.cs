using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>Reads a tensor's bytes from a file into memory of the wanted type, without a second copy of the whole.</summary>
internal static class StoredTensor
{
    /// <summary>
    /// The most elements that are held in the file's type while they are converted: few, because the allocator keeps a hole
    /// of their size between any two weights.
    /// </summary>
    private const int ConvertedAtOnce = 1 << 16;

    /// <summary>Reads a tensor whose elements lie in order; the caller disposes, or its dispose scope does.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="stored">The type in the file.</param>
    /// <param name="wanted">The type in memory; the file's where it is not given.</param>
    /// <param name="fill">Fills a piece of memory with the bytes from a place in the tensor on.</param>
    public static Tensor Read(long[] shape, ScalarType stored, ScalarType? wanted, Action<Span<byte>, long> fill)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var value = empty(shape, wanted ?? stored, CPU);
        if (value.dtype == stored)
            TensorBytes.ForEachChunk(value, fill);
        else
            Convert(value.view(-1), stored, fill);
        return value.MoveToOuterDisposeScope();
    }

    private static void Convert(Tensor flat_N, ScalarType stored, Action<Span<byte>, long> fill)
    {
        var count = flat_N.numel();
        using var piece = empty([Math.Min(count, ConvertedAtOnce)], stored, CPU);
        for (long start = 0; start < count; start += ConvertedAtOnce)
        {
            var size = Math.Min(ConvertedAtOnce, count - start);
            using var part = piece.narrow(0, 0, size);
            using var target = flat_N.narrow(0, start, size);
            fill(part.bytes, start * part.element_size());
            target.copy_(part);
        }
    }
}
