using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Statistics;

/// <summary>A second moment on disk: a safetensors file with <c>sum</c> [F,F] and <c>count</c>, marked by its metadata.</summary>
internal static class SecondMomentFile
{
    private const string FormatKey = "format";
    private const string Format = "amend.second-moment.v1";
    private const string SumName = "sum";
    private const string CountName = "count";

    public static void Save(SecondMoment moment, string path, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.TryGetValue(FormatKey, out var format))
        {
            throw new ArgumentException(
                $"The metadata key '{FormatKey}' (here '{format}') marks the file as a second moment; use another key.",
                nameof(metadata));
        }

        using var count = tensor(moment.Count, ScalarType.Int64);
        var marked = new Dictionary<string, string>(metadata) { [FormatKey] = Format };
        SafeTensorsWriter.Write(path, [(SumName, moment.Sum), (CountName, count)], marked);
    }

    public static SecondMoment Load(string path)
    {
        using var file = SafeTensorsFile.Open(path);
        Check(file);
        using var scope = NewDisposeScope();
        var count = file.Load(CountName).item<long>();
        var sum_FF = file.Load(SumName);
        if (count < 0)
            throw Broken(path, $"its count is {count}");
        if (!sum_FF.isfinite().all().item<bool>())
            throw Broken(path, "its sum has values that are not finite");
        var metadata = file.Metadata.Where(pair => pair.Key != FormatKey).ToDictionary();
        return new SecondMoment(sum_FF, count, metadata);
    }

    private static void Check(SafeTensorsFile file)
    {
        var format = file.Metadata.GetValueOrDefault(FormatKey);
        if (format != Format)
            throw Broken(file.Path, format is null ? $"its metadata have no '{FormatKey}'" : $"its format is {ShownName.Of(format)}");
        if (file.Entries.Count != 2 || !file.Contains(SumName) || !file.Contains(CountName))
            throw Broken(file.Path, $"it has {file.Entries.Count} tensors, not just '{SumName}' and '{CountName}'");
        var sum = file.Entry(SumName);
        var square = sum.Shape.Length == 2 && sum.Shape[0] == sum.Shape[1] && sum.Shape[0] > 0;
        if (!square || sum.DType is not (ScalarType.Float64 or ScalarType.Float32))
            throw Broken(file.Path, $"its sum is {sum.DType} of shape [{string.Join(", ", sum.Shape)}]");
        var count = file.Entry(CountName);
        if (count.Shape.Length != 0 || count.DType != ScalarType.Int64)
            throw Broken(file.Path, $"its count is {count.DType} of shape [{string.Join(", ", count.Shape)}]");
    }

    private static AmendException Broken(string path, string found) =>
        new($"'{path}' is not a second moment that Amend saved ({found}); gather the statistics again.");
}
