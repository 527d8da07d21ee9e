using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static TorchSharp.torch;

namespace Amend.Tensors.Files.NumPy;

/// <summary>
/// The head of an array as NumPy writes it (NEP 1, versions 1.0 to 3.0): a dictionary literal, of which only the form that
/// NumPy itself writes is read, so that nothing is evaluated.
/// </summary>
/// <param name="Descr">The element type, such as <c>&lt;f4</c>.</param>
/// <param name="IsFortran">Whether the first index runs fastest.</param>
/// <param name="Shape">The shape; empty for a scalar.</param>
/// <param name="Bytes">The head's length in bytes; the elements follow.</param>
internal sealed partial record NpyHeader(string Descr, bool IsFortran, long[] Shape, int Bytes)
{
    private const int MostBytes = 1 << 16;
    private const int MagicBytes = 8;

    /// <summary>Types that are read. Objects, which are pickles, and records are not among them, nor is the other byte order.</summary>
    private static readonly Dictionary<string, (ScalarType Type, int Bytes)> Types = new(StringComparer.Ordinal)
    {
        ["<f8"] = (ScalarType.Float64, 8),
        ["<f4"] = (ScalarType.Float32, 4),
        ["<f2"] = (ScalarType.Float16, 2),
        ["<i8"] = (ScalarType.Int64, 8),
        ["<i4"] = (ScalarType.Int32, 4),
        ["<i2"] = (ScalarType.Int16, 2),
        ["|i1"] = (ScalarType.Int8, 1),
        ["|u1"] = (ScalarType.Byte, 1),
        ["|b1"] = (ScalarType.Bool, 1),
    };

    /// <summary>The elements' type; null where it is none that is read as numbers.</summary>
    public ScalarType? DType => Types.TryGetValue(Descr, out var known) ? known.Type : null;

    /// <summary>The number of characters of a text in UTF-32; null where the array is no single text.</summary>
    public int? TextLength =>
        Shape.Length == 0 && Descr.StartsWith("<U", StringComparison.Ordinal)
            && int.TryParse(Descr.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            ? length
            : null;

    /// <summary>Reads the head at a stream's place.</summary>
    /// <param name="stream">The array's bytes.</param>
    /// <param name="broken">Makes the failure of what was found.</param>
    public static NpyHeader Read(Stream stream, Func<string, Exception> broken)
    {
        Span<byte> start = stackalloc byte[MagicBytes + 4];
        Fill(stream, start[..MagicBytes], broken);
        if (start[0] != 0x93 || !start[1..].StartsWith("NUMPY"u8))
            throw broken("it does not begin as a NumPy array does");
        var sizeBytes = start[6] == 1 ? 2 : 4;
        if (start[6] is < 1 or > 3)
            throw broken($"it is of version {start[6]}.{start[7]} of NumPy's format");
        Fill(stream, start.Slice(MagicBytes, sizeBytes), broken);
        long length = sizeBytes == 2
            ? BinaryPrimitives.ReadUInt16LittleEndian(start[MagicBytes..])
            : BinaryPrimitives.ReadUInt32LittleEndian(start[MagicBytes..]);
        if (length > MostBytes)
            throw broken($"its head claims {length} bytes, more than the {MostBytes} that are read");
        var text = new byte[length];
        Fill(stream, text, broken);
        return Parse(Encoding.UTF8.GetString(text), MagicBytes + sizeBytes + (int)length, broken);
    }

    /// <summary>The elements' bytes; the caller has checked that the type is one that is read.</summary>
    /// <exception cref="OverflowException">The shape has more than a file can hold.</exception>
    public long ElementBytes() => Shape.Aggregate((long)Types[Descr].Bytes, (bytes, size) => checked(bytes * size));

    private static NpyHeader Parse(string text, int bytes, Func<string, Exception> broken)
    {
        var found = Dictionary().Match(text);
        if (!found.Success)
            throw broken($"its head {ShownName.Of(text.Trim())} is not one of plain elements");
        var sizes = found.Groups["shape"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(size => long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1).ToArray();
        return sizes.Contains(-1)
            ? throw broken($"its head {ShownName.Of(text.Trim())} has a size beyond all files")
            : new NpyHeader(found.Groups["descr"].Value, found.Groups["order"].Value == "True", sizes, bytes);
    }

    private static void Fill(Stream stream, Span<byte> bytes, Func<string, Exception> broken)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw broken("it ends within its head");
    }

    [GeneratedRegex(
        @"^\{'descr': '(?<descr>[<>|=]?[A-Za-z]\d*)', 'fortran_order': (?<order>True|False), "
        + @"'shape': \((?<shape>|\d+,|\d+(?:, \d+)+)\), \} *\n$",
        RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Dictionary();
}
