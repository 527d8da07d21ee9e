using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// Reads a tensor of blocks into memory of the wanted type, in pieces that are read, made to float32 and converted on all of
/// libtorch's threads, so that nothing but the target is ever held whole.
/// </summary>
internal static class DequantisedTensor
{
    /// <summary>The elements of a piece: whole blocks of every type, and both forms of it stay in a core's own cache.</summary>
    public const int PieceElements = 1 << 15;

    /// <summary>Reads a tensor; the caller disposes, or its dispose scope does.</summary>
    /// <param name="shape">Its shape.</param>
    /// <param name="type">Its type in the file.</param>
    /// <param name="wanted">The type in memory.</param>
    /// <param name="fill">Fills a piece of memory with the bytes from a place in the tensor on; from several threads.</param>
    public static Tensor Read(long[] shape, GgufType type, ScalarType wanted, Action<Span<byte>, long> fill)
    {
        TorchRuntime.EnsureLoaded();
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var value = empty(shape, wanted, CPU);
        var flat_N = value.view(-1);
        ForEachPiece(flat_N.numel(), () => new Piece(type, wanted), (piece, start) => piece.Read(flat_N, start, fill));
        return value.MoveToOuterDisposeScope();
    }

    private static void ForEachPiece(long count, Func<Piece> start, Action<Piece, long> read)
    {
        var pieces = (count + PieceElements - 1) / PieceElements;
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) };
        if (pieces <= 1)
            threads.MaxDegreeOfParallelism = 1;
        try
        {
            Parallel.For(
                0L,
                pieces,
                threads,
                start,
                (number, _, piece) =>
                {
                    read(piece, number * PieceElements);
                    return piece;
                },
                piece => piece.Dispose());
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    /// <summary>What one thread holds of a tensor at a time.</summary>
    private sealed class Piece : IDisposable
    {
        private readonly GgufType _type;
        private readonly byte[] _blocks;
        private readonly Tensor? _numbers_P;
        private readonly Tensor? _converted_P;

        public Piece(GgufType type, ScalarType wanted)
        {
            _type = type;
            _blocks = ArrayPool<byte>.Shared.Rent(PieceElements / type.BlockElements * type.BlockBytes);
            if (wanted == ScalarType.Float32)
                return;
            _numbers_P = empty([PieceElements], ScalarType.Float32, CPU).DetachFromDisposeScope();
            _converted_P = empty([PieceElements], wanted, CPU).DetachFromDisposeScope();
        }

        public void Read(Tensor flat_N, long start, Action<Span<byte>, long> fill)
        {
            var count = (int)Math.Min(PieceElements, flat_N.numel() - start);
            var first = start / _type.BlockElements * _type.BlockBytes;
            var blocks = _blocks.AsSpan(0, count / _type.BlockElements * _type.BlockBytes);
            fill(blocks, first);
            using var target = flat_N.narrow(0, start, count);
            if (_numbers_P is null || _converted_P is null)
            {
                _type.ReadBlocks!(blocks, MemoryMarshal.Cast<byte, float>(target.bytes));
                return;
            }

            _type.ReadBlocks!(blocks, MemoryMarshal.Cast<byte, float>(_numbers_P.bytes)[..count]);
            _converted_P.copy_(_numbers_P);
            var bytes = target.bytes;
            _converted_P.bytes[..bytes.Length].CopyTo(bytes);
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_blocks);
            _numbers_P?.Dispose();
            _converted_P?.Dispose();
        }
    }
}
