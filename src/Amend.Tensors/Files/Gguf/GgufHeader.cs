using System.Buffers.Binary;
using System.Text;

namespace Amend.Tensors.Files.Gguf;

/// <summary>A GGUF header that has been read and checked against the length of the file it stands in.</summary>
/// <param name="Metadata">The keys with their values.</param>
/// <param name="Tensors">The tensors in the order of the list.</param>
/// <param name="DataStart">Where in the file the tensors' bytes begin.</param>
internal sealed record GgufHeader(GgufMetadata Metadata, IReadOnlyList<GgufTensor> Tensors, long DataStart)
{
    /// <summary>What the offsets of tensors are multiples of where the file does not say (ggml's text of the format).</summary>
    public const int DefaultAlignment = 32;

    /// <summary>The version that is written.</summary>
    public const uint Version = 3;

    /// <summary>The key that says what the offsets of tensors are multiples of.</summary>
    public const string AlignmentKey = "general.alignment";

    private const uint OldestVersion = 2;
    private const int PrefixBytes = 24;
    private const long MostAlignment = 1 << 30;

    /// <summary>The first four bytes of a file.</summary>
    public static ReadOnlySpan<byte> Magic => "GGUF"u8;

    /// <summary>Reads the header at the start of a file.</summary>
    public static GgufHeader Read(GgufBytes file)
    {
        RefuseMagic(file);
        if (file.Length < PrefixBytes)
        {
            throw GgufException.Broken(
                file.Path, $"it has {file.Length} bytes, too short for the {PrefixBytes} of the header, inside which it ends");
        }

        var cursor = new GgufCursor(file, Magic.Length);
        RefuseVersion(cursor.Read<uint>(), file);
        var tensorCount = ReadCount(cursor, "tensor");
        var metadata = ReadMetadata(cursor, file, ReadCount(cursor, "metadata"));
        var alignment = AlignmentOf(metadata, file);
        var list = new GgufTensorList(file, alignment);
        var tensors = list.Read(cursor, tensorCount);
        var dataStart = (cursor.Position + alignment - 1) / alignment * alignment;
        list.Check(tensors, dataStart);
        return new(metadata, tensors, dataStart);
    }

    private static void RefuseMagic(GgufBytes file)
    {
        Span<byte> start = stackalloc byte[Magic.Length];
        start = start[..file.Fill(start, 0)];
        if (start.SequenceEqual(Magic[..start.Length]))
            return;
        var found = ShownName.Of(Encoding.Latin1.GetString(start));
        throw start.EndsWith("gg"u8)
            ? GgufException.Broken(file.Path, $"it is not a GGUF file but begins with {found}, the magic of an older ggml format",
                "convert the original model again, to GGUF")
            : GgufException.Broken(file.Path, $"it is not a GGUF file: the magic at its beginning is {found}, not 'GGUF'",
                "give a GGUF file or a model folder");
    }

    private static void RefuseVersion(uint version, GgufBytes file)
    {
        if (version is >= OldestVersion and <= Version)
            return;
        throw BinaryPrimitives.ReverseEndianness(version) is var reversed and >= 1 and <= Version
            ? GgufException.Broken(file.Path, $"its byte order is big-endian (version {reversed} in big-endian order), which is not read",
                "convert the model again for little-endian machines")
            : GgufException.Broken(file.Path, $"its version {version} is unsupported (versions {OldestVersion} and {Version} are read)",
                "convert the model again, to version 3");
    }

    private static long ReadCount(GgufCursor cursor, string what)
    {
        var count = cursor.Read<ulong>();
        return count <= (ulong)cursor.Left
            ? (long)count
            : throw cursor.Broken($"has the {what} count {count}, impossible with {cursor.Left} bytes after it");
    }

    private static GgufMetadata ReadMetadata(GgufCursor cursor, GgufBytes file, long count)
    {
        var values = new Dictionary<string, GgufValue>(StringComparer.Ordinal);
        var keys = new List<string>();
        for (long i = 0; i < count; i++)
        {
            cursor.Place = new("its metadata", "key", i + 1);
            var key = cursor.ReadText();
            if (key.Length == 0)
                throw cursor.Broken("is an empty key");
            cursor.Place = cursor.Place with { Name = key };
            if (values.ContainsKey(key))
                throw cursor.Broken("is a duplicate key: a file has each only once");
            values.Add(key, ReadValue(cursor));
            keys.Add(key);
        }

        return new(file, keys, values);
    }

    private static GgufValue ReadValue(GgufCursor cursor)
    {
        var type = GgufValueType.ReadFrom(cursor, "value");
        var begin = cursor.Position;
        if (type != GgufValueType.OfArrays)
            return new(type, type.Read(cursor), begin);
        return new(GgufValueType.PassArray(cursor), null, begin);
    }

    private static long AlignmentOf(GgufMetadata metadata, GgufBytes file)
    {
        var alignment = metadata.IntegerOrNone(AlignmentKey) ?? DefaultAlignment;
        return alignment is > 0 and <= MostAlignment && long.IsPow2(alignment)
            ? alignment
            : throw GgufException.Broken(file.Path, $"it has the invalid alignment {alignment} ({AlignmentKey} is a power of two)");
    }
}
