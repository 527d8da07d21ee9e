using System.Globalization;
using System.Text.RegularExpressions;

namespace Amend.Tensors.Files.Gguf;

/// <summary>The parts of a split model: <c>NAME-00001-of-00003.gguf</c> with the metadata, the others beside it with tensors.</summary>
internal static partial class GgufSplit
{
    private const string NumberKey = "split.no";
    private const string CountKey = "split.count";
    private const string TensorsKey = "split.tensors.count";

    /// <summary>Opens the parts that stand beside the first and adds them; the caller disposes all.</summary>
    /// <param name="parts">The one that was asked for; on a failure, with what was opened of the others.</param>
    /// <exception cref="GgufException">It is a later part, a part is missing, or they are not of one model.</exception>
    public static void OpenOthers(List<GgufPart> parts)
    {
        var first = parts[0];
        var (number, count) = Place(first);
        if (number != 0)
            throw NotFirst(first.Path, number);
        if (count <= 1)
            return;
        if (NumberedName().Match(first.Path) is not { Success: true } name || name.Groups["count"].Value != Digits(count))
        {
            throw GgufException.Broken(
                first.Path, $"it is the first of {count} parts, whose names are to end in {Ending(1, count)} and so on",
                "give the parts back the names that they were published with");
        }

        for (long other = 1; other < count; other++)
            parts.Add(Open(first.Path[..name.Index] + Ending(other + 1, count), other, count, first.Path));
        RefuseOtherTotal(parts);
    }

    private static GgufPart Open(string path, long number, long count, string first)
    {
        if (!File.Exists(path))
        {
            throw GgufException.Broken(
                first, $"it is part 1 of {count}, and part {number + 1}, '{Path.GetFileName(path)}', is missing beside it",
                "put all parts into one folder");
        }

        var part = GgufPart.Open(path);
        if (Place(part) == (number, count))
            return part;
        var (foundNumber, foundCount) = Place(part);
        part.Dispose();
        throw GgufException.Broken(
            path, $"by its name it is part {number + 1} of {count}, by its metadata part {foundNumber + 1} of {foundCount}");
    }

    private static void RefuseOtherTotal(List<GgufPart> parts)
    {
        var found = parts.Sum(part => part.Tensors.Count);
        if (parts[0].Metadata.IntegerOrNone(TensorsKey) is { } expected && expected != found)
        {
            throw GgufException.Broken(
                parts[0].Path, $"its {parts.Count} parts hold {found} tensors where {TensorsKey} says {expected}");
        }
    }

    private static (long Number, long Count) Place(GgufPart part) =>
        (part.Metadata.IntegerOrNone(NumberKey) ?? 0, part.Metadata.IntegerOrNone(CountKey) ?? 1);

    private static GgufException NotFirst(string path, long number)
    {
        var name = NumberedName().Match(path);
        var first = name.Success ? $"{path[..name.Index]}-00001-of-{name.Groups["count"].Value}.gguf" : "NAME-00001-of-0000N.gguf";
        return GgufException.Broken(
            path, $"it is not the first part of a split model but part {number + 1} ({NumberKey} is {number})", $"give '{first}'");
    }

    private static string Ending(long number, long count) => $"-{Digits(number)}-of-{Digits(count)}.gguf";

    private static string Digits(long number) => number.ToString("D5", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"-(?<number>\d{5})-of-(?<count>\d{5})\.gguf$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex NumberedName();
}
