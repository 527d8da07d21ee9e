using System.Buffers.Binary;

namespace Amend.Tensors.Files;

/// <summary>A safetensors header that has been read and checked against the length of the file it stands in.</summary>
/// <param name="Metadata">The file's own strings.</param>
/// <param name="Entries">The tensors in the order of their bytes.</param>
/// <param name="DataStart">Where in the file the tensors' bytes begin.</param>
internal sealed record SafeTensorsHeader(
    IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<TensorEntry> Entries,
    long DataStart)
{
    public const int PrefixBytes = 8;

    public const long MostBytes = 100_000_000;

    public const string MetadataKey = "__metadata__";

    /// <summary>Reads the header at the start of a seekable stream; nothing is allocated before its length is checked.</summary>
    public static SafeTensorsHeader Read(Stream stream, string file)
    {
        var length = ReadLength(stream, file);
        var json = new byte[length];
        stream.ReadExactly(json);
        return Parse(json, stream.Length - PrefixBytes - length, file);
    }

    /// <summary>Parses the header's JSON and checks it against the <paramref name="dataLength"/> bytes that follow it.</summary>
    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, string file)
    {
        var content = new SafeTensorsHeaderJson(json, file);
        content.Read();
        SafeTensorsLayout.SortAndCheck(content.Entries, dataLength, file);
        return new(content.Metadata, content.Entries, PrefixBytes + json.Length);
    }

    private static int ReadLength(Stream stream, string file)
    {
        if (stream.Length < PrefixBytes)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.FileTooShort,
                file,
                $"it has {stream.Length} bytes, fewer than the {PrefixBytes} that hold the header's length");
        }

        Span<byte> prefix = stackalloc byte[PrefixBytes];
        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var rest = (ulong)(stream.Length - PrefixBytes);
        if (length > rest)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.HeaderBeyondFile,
                file,
                $"its header claims {length} bytes, but only {rest} follow the length, so it is cut off or another format");
        }

        if (length > MostBytes)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.HeaderTooLarge,
                file,
                $"its header claims {length} bytes, over the format's limit of {MostBytes}");
        }

        return (int)length;
    }
}
