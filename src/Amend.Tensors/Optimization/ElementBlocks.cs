using Amend.Tensors.LinearAlgebra;
using Amend.Tensors.Native;
using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>
/// The elements of several tensors of one shape, a block at a time: what a step computes for a block stays in the first cache, so each
/// tensor is read and written once. An optimiser's step over many parameters costs what main memory costs, and nothing else.
/// </summary>
internal sealed unsafe class ElementBlocks
{
    private const int Length = 2048;

    private readonly nint[] _starts;
    private readonly long _count;

    private ElementBlocks(nint[] starts, long count) => (_starts, _count) = (starts, count);

    /// <summary>The blocks of the tensors; null where one is not contiguous float32 in main memory.</summary>
    /// <param name="tensors">Tensors of one shape; they must live while the blocks are used.</param>
    public static ElementBlocks? Of(params Tensor[] tensors) =>
        Array.TrueForAll(tensors, PlainFloats.IsPlain)
            ? new ElementBlocks([.. tensors.Select(tensor => (nint)PlainFloats.Start(tensor))], tensors[0].numel())
            : null;

    /// <summary>Visits each block once, on as many threads as libtorch computes with; blocks do not depend on each other.</summary>
    public void Visit(Visitor visit)
    {
        var blocks = (_count + Length - 1) / Length;
        var threads = (int)Math.Min(get_num_threads(), blocks);
        TorchThreads.Share(threads, threads, part => VisitRange(blocks * part / threads, blocks * (part + 1) / threads, visit));
    }

    private void VisitRange(long first, long end, Visitor visit)
    {
        Span<float> work = stackalloc float[2 * Length];
        for (var block = first; block < end; block++)
        {
            var at = block * Length;
            var length = (int)Math.Min(Length, _count - at);
            visit(new Block(_starts, at, length), work[..(2 * length)]);
        }
    }

    /// <summary>Computes with a block.</summary>
    /// <param name="block">The tensors' elements.</param>
    /// <param name="work">Room for twice as many, of no particular value.</param>
    public delegate void Visitor(Block block, Span<float> work);

    /// <summary>The same elements of each tensor.</summary>
    public readonly ref struct Block(nint[] starts, long at, int length)
    {
        private readonly nint[] _starts = starts;

        /// <summary>Those of the tensor at a place.</summary>
        public Span<float> this[int tensor] => new((float*)_starts[tensor] + at, length);
    }
}
