using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>The memory of a tensor in pieces, because one span ends at 2 GB.</summary>
internal static class TensorBytes
{
    /// <summary>The largest piece.</summary>
    public const int ChunkBytes = 64 << 20;

    /// <summary>Hands out a contiguous CPU tensor's memory piece by piece, each with its first byte's place.</summary>
    public static void ForEachChunk(Tensor tensor, Action<Span<byte>, long> visit, int chunkBytes = ChunkBytes)
    {
        var count = tensor.numel();
        var size = tensor.element_size();
        var step = Math.Max(1, chunkBytes / size);
        using var scope = NewDisposeScope();
        var flat_N = tensor.detach().view(-1);
        for (long start = 0; start < count; start += step)
        {
            using var chunk_N = flat_N.narrow(0, start, Math.Min(step, count - start));
            visit(chunk_N.bytes, start * size);
        }
    }
}
