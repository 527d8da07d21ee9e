using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Statistics;

/// <summary>
/// A second moment on disk: a safetensors file marked by its metadata, with <c>count</c> and <c>sum</c>, the upper triangle
/// of the symmetric sum row by row, <c>[F(F+1)/2]</c>, or those of the blocks of its diagonal, <c>[E,F(F+1)/2]</c>.
/// </summary>
internal static class SecondMomentFile
{
    private const string FormatKey = "format";
    private const string Format = "amend.second-moment.v1";
    private const string SumName = "sum";
    private const string CountName = "count";

    public static void Save(SecondMoment moment, string path, IReadOnlyDictionary<string, string> metadata, ScalarType storedType)
    {
        if (metadata.TryGetValue(FormatKey, out var format))
        {
            throw new ArgumentException(
                $"The metadata key '{FormatKey}' (here '{format}') marks the file as a second moment; use another key.",
                nameof(metadata));
        }

        if (storedType is not (ScalarType.Float64 or ScalarType.Float32))
            throw new ArgumentException($"A second moment is stored in Float64 or Float32, not in {storedType}.", nameof(storedType));
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var marked = new Dictionary<string, string>(metadata) { [FormatKey] = Format };
        SafeTensorsWriter.Write(path,
            [(SumName, Packed(moment.Sum, storedType)), (CountName, tensor(moment.Count, ScalarType.Int64))], marked);
    }

    public static SecondMoment Load(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        var width = CheckedWidth(file);
        using var _ = no_grad();
        using var scope = NewDisposeScope();
        var count = file.Load(CountName).item<long>();
        var packed = file.Load(SumName);
        if (count < 0)
            throw Broken(path, $"its count is {count}");
        if (!packed.isfinite().all().item<bool>())
            throw Broken(path, "its sum has values that are not finite");
        var metadata = file.Metadata.Where(pair => pair.Key != FormatKey).ToDictionary();
        var sum = packed.dim() == 1 ? Unpacked(packed, width) : stack([.. packed.unbind().Select(block => Unpacked(block, width))]);
        return new SecondMoment(sum, count, metadata);
    }

    /// <summary>The triangles of blocks; of one alone without a dimension of blocks.</summary>
    private static Tensor Packed(Tensor sum_EFF, ScalarType type)
    {
        using var scope = NewDisposeScope();
        Tensor[] blocks = [.. sum_EFF.unbind().Select(block => PackedBlock(block, type))];
        return (blocks is [var one] ? one : stack(blocks)).MoveToOuterDisposeScope();
    }

    private static Tensor PackedBlock(Tensor sum_FF, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var onCpu_FF = sum_FF.cpu();
        var width = sum_FF.shape[0];
        var packed = empty(Elements(width), type, CPU);
        for (long row = 0, at = 0; row < width; at += width - row, row++)
        {
            using var inner = NewDisposeScope();
            packed.narrow(0, at, width - row).copy_(onCpu_FF.select(0, row).narrow(0, row, width - row));
        }

        return packed.MoveToOuterDisposeScope();
    }

    private static Tensor Unpacked(Tensor packed, long width)
    {
        using var scope = NewDisposeScope();
        var sum_FF = empty(width, width, packed.dtype, CPU);
        for (long row = 0, at = 0; row < width; at += width - row, row++)
        {
            using var inner = NewDisposeScope();
            var values = packed.narrow(0, at, width - row);
            sum_FF.select(0, row).narrow(0, row, width - row).copy_(values);
            sum_FF.select(1, row).narrow(0, row, width - row).copy_(values);
        }

        return sum_FF.MoveToOuterDisposeScope();
    }

    private static long CheckedWidth(SafeTensorsFile file)
    {
        var format = file.Metadata.GetValueOrDefault(FormatKey);
        if (format != Format)
            throw Broken(file.Path, format is null ? $"its metadata have no '{FormatKey}'" : $"its format is {ShownName.Of(format)}");
        if (file.Entries.Count != 2 || !file.Contains(SumName) || !file.Contains(CountName))
            throw Broken(file.Path, $"it has {file.Entries.Count} tensors, not just '{SumName}' and '{CountName}'");
        var sum = file.Entry(SumName);
        var width = sum.Shape.Length is 1 or 2 ? (long)((Math.Sqrt((8.0 * sum.Shape[^1]) + 1) - 1) / 2) : 0;
        if (width < 1 || Elements(width) != sum.Shape[^1] || sum.DType is not (ScalarType.Float64 or ScalarType.Float32))
            throw Broken(file.Path, $"its sum is {sum.DType} of shape [{string.Join(", ", sum.Shape)}], not a packed triangle");
        var count = file.Entry(CountName);
        if (count.Shape.Length != 0 || count.DType != ScalarType.Int64)
            throw Broken(file.Path, $"its count is {count.DType} of shape [{string.Join(", ", count.Shape)}]");
        return width;
    }

    private static long Elements(long width) => width * (width + 1) / 2;

    private static AmendException Broken(string path, string found) =>
        new($"'{path}' is not a second moment that Amend saved ({found}); gather the statistics again.");
}
