using System.Runtime.InteropServices;
using Amend.Models.Configuration;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Weights;

/// <summary>
/// The matrices of all experts of a block in <see cref="Mxfp4"/>, as gpt-oss is published: under NAME_blocks their bytes,
/// <c>[E,out,in/32,16]</c>, and under NAME_scales their exponents, <c>[E,out,in/32]</c>. Unpacked they are NAME, <c>[E,in,out]</c>, in
/// transformers' order.
/// </summary>
internal sealed class PackedMatrices
{
    private const string BlocksEnd = "_blocks";
    private const string ScalesEnd = "_scales";

    private readonly Checkpoint _checkpoint;
    private readonly string _blocks;
    private readonly string _scales;

    private PackedMatrices(Checkpoint checkpoint, TensorEntry blocks, TensorEntry scales)
    {
        (_checkpoint, _blocks, _scales) = (checkpoint, blocks.Name, scales.Name);
        if (!Fit(blocks, scales))
        {
            throw new ModelFormatException(
                $"'{_blocks}' is {Described(blocks)} and '{_scales}' {Described(scales)}, where MXFP4 has uint8 "
                + $"[experts,out,in/{Mxfp4.BlockNumbers},{Mxfp4.BlockBytes}] and [experts,out,in/{Mxfp4.BlockNumbers}]; "
                + "download the model again.");
        }

        // Every number is a bfloat16, whose exponents are those of the scales.
        long[] shape = [blocks.Shape[0], blocks.Shape[2] * Mxfp4.BlockNumbers, blocks.Shape[1]];
        Entry = blocks with { Name = _blocks[..^BlocksEnd.Length], DType = ScalarType.BFloat16, Shape = shape };
    }

    /// <summary>The matrices as a tensor: their name and shape, and as what type they lose nothing.</summary>
    public TensorEntry Entry { get; }

    /// <summary>The packed matrices whose bytes are in a file of a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint, in whose other files their exponents may be.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="ModelFormatException">The shapes are not those of such matrices.</exception>
    public static IReadOnlyList<PackedMatrices> In(Checkpoint checkpoint, ITensorFile file) =>
    [
        .. from blocks in file.Entries
           where IsPart(checkpoint, blocks.Name, BlocksEnd, ScalesEnd)
           select new PackedMatrices(checkpoint, blocks, checkpoint.Entry(Other(blocks.Name, BlocksEnd, ScalesEnd))),
    ];

    /// <summary>Whether a tensor of a checkpoint is the one or the other half of packed matrices.</summary>
    public static bool IsPart(Checkpoint checkpoint, string name) =>
        IsPart(checkpoint, name, BlocksEnd, ScalesEnd) || IsPart(checkpoint, name, ScalesEnd, BlocksEnd);

    /// <summary>Unpacks the matrices to the CPU; the caller disposes, or its dispose scope does.</summary>
    /// <param name="type">The type of the numbers.</param>
    /// <exception cref="Tensors.AmendException">A file changed after it was opened.</exception>
    public Tensor Unpack(ScalarType type)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var value_EIO = empty(Entry.Shape, type, CPU);
        for (var expert = 0; expert < Entry.Shape[0]; expert++)
        {
            using var matrix_IO = UnpackAt(expert, type);
            value_EIO[expert].copy_(matrix_IO);
        }

        return value_EIO.MoveToOuterDisposeScope();
    }

    /// <summary>Unpacks one expert's matrix, <c>[in,out]</c>; the caller disposes, or its dispose scope does.</summary>
    /// <param name="expert">The expert's number.</param>
    /// <param name="type">The type of the numbers.</param>
    /// <exception cref="Tensors.AmendException">A file changed after it was opened.</exception>
    public Tensor UnpackAt(long expert, ScalarType type)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        var numbers_OI = empty([Entry.Shape[2], Entry.Shape[1]], ScalarType.Float32, CPU);
        UnpackRows(_checkpoint.LoadAt(_blocks, expert), _checkpoint.LoadAt(_scales, expert), numbers_OI);
        var matrix_IO = empty(Entry.Shape[1..], type, CPU);
        return matrix_IO.copy_(numbers_OI.t()).MoveToOuterDisposeScope();
    }

    private static void UnpackRows(Tensor bytes_OG16, Tensor exponents_OG, Tensor numbers_OI)
    {
        var threads = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, get_num_threads()) };
        Parallel.For(0, numbers_OI.shape[0], threads, row =>
        {
            using var own = NewDisposeScope();
            Mxfp4.Unpack(
                bytes_OG16[row].bytes, exponents_OG[row].bytes, MemoryMarshal.Cast<byte, float>(numbers_OI[row].bytes));
        });
    }

    private static bool Fit(TensorEntry blocks, TensorEntry scales) =>
        blocks.DType == ScalarType.Byte && scales.DType == ScalarType.Byte
        && blocks.Shape is [_, _, _, Mxfp4.BlockBytes] && blocks.Shape.AsSpan(0, 3).SequenceEqual(scales.Shape);

    private static bool IsPart(Checkpoint checkpoint, string name, string end, string otherEnd) =>
        name.EndsWith(end, StringComparison.Ordinal) && checkpoint.Contains(Other(name, end, otherEnd));

    private static string Other(string name, string end, string otherEnd) => name[..^end.Length] + otherEnd;

    private static string Described(TensorEntry entry) => $"{entry.DType} [{string.Join(',', entry.Shape)}]";
}
