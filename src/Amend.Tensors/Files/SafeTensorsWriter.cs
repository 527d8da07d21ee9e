using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Amend.Tensors.Files;

/// <summary>Writes safetensors files: atomic, a tensor at a time, and the same bytes for the same content.</summary>
public static class SafeTensorsWriter
{
    private const int Alignment = 8;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>
    /// Writes the tensors and the metadata to <paramref name="path"/>; wider element types come first, so that every
    /// tensor is aligned, then names in ordinal order, whatever the order of the list.
    /// </summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="tensors">The tensors with their names, on any device, of any strides; they stay the caller's.</param>
    /// <param name="metadata">Strings to keep beside the tensors.</param>
    /// <exception cref="ArgumentException">A name comes twice or is reserved, or an element type is not of the format.</exception>
    /// <exception cref="AmendException">The file cannot be written, or its header would be over 100 MB.</exception>
    public static void Write(
        string path,
        IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));
    }

    /// <summary>Writes tensors whose values are asked for one at a time, in the same order.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="tensors">The tensors.</param>
    /// <param name="metadata">Strings to keep beside the tensors.</param>
    /// <exception cref="ArgumentException">
    /// A name comes twice or is reserved, an element type is not of the format, or values have another shape than was said.
    /// </exception>
    /// <exception cref="AmendException">The file cannot be written, or its header would be over 100 MB.</exception>
    public static void WriteEach(
        string path, IReadOnlyList<SafeTensorsContent> tensors, IReadOnlyDictionary<string, string>? metadata = null) =>
        AtomicFile.Write(path, stream => Write(stream, tensors, metadata));

    /// <summary>Writes the same bytes to a stream.</summary>
    /// <param name="stream">Where the bytes go; it is left open.</param>
    /// <param name="tensors">The tensors with their names, on any device, of any strides; they stay the caller's.</param>
    /// <param name="metadata">Strings to keep beside the tensors.</param>
    /// <exception cref="ArgumentException">A name comes twice or is reserved, or an element type is not of the format.</exception>
    /// <exception cref="AmendException">The header would be over 100 MB.</exception>
    public static void Write(
        Stream stream,
        IReadOnlyList<(string Name, Tensor Value)> tensors,
        IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Write(stream, [.. tensors.Select(one => Content(one.Name, one.Value))], metadata);
    }

    private static SafeTensorsContent Content(string name, Tensor value) => new(name, value.dtype, value.shape, value.alias);

    private static void Write(
        Stream stream, IReadOnlyList<SafeTensorsContent> tensors, IReadOnlyDictionary<string, string>? metadata)
    {
        RefuseBadNames(tensors);
        var ordered = tensors.OrderByDescending(tensor => tensor.Kept.Bytes).ThenBy(tensor => tensor.Name, StringComparer.Ordinal).ToList();
        stream.Write(Header(ordered, metadata));
        ordered.ForEach(tensor => tensor.WriteTo(stream));
    }

    private static void RefuseBadNames(IReadOnlyList<SafeTensorsContent> tensors)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in tensors.Select(tensor => tensor.Name))
        {
            if (name == SafeTensorsHeader.MetadataKey)
                throw new ArgumentException($"A tensor cannot be named '{name}', which the format keeps for metadata; rename it.");
            if (!names.Add(name))
                throw new ArgumentException($"Two tensors are named {ShownName.Of(name)}; a file holds a name once.");
        }
    }

    private static byte[] Header(
        List<SafeTensorsContent> tensors,
        IReadOnlyDictionary<string, string>? metadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOptions))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
                WriteMetadata(json, metadata);
            long begin = 0;
            foreach (var tensor in tensors)
                begin = WriteEntry(json, tensor, begin);
            json.WriteEndObject();
        }

        return Padded(buffer.WrittenSpan);
    }

    private static byte[] Padded(ReadOnlySpan<byte> json)
    {
        var length = (json.Length + Alignment - 1) / Alignment * Alignment;
        if (length > SafeTensorsHeader.MostBytes)
        {
            throw new AmendException(
                $"A safetensors header would have {length} bytes, over the format's limit of "
                + $"{SafeTensorsHeader.MostBytes}; write shorter metadata or fewer tensors a file.");
        }

        var header = new byte[SafeTensorsHeader.PrefixBytes + length];
        header.AsSpan().Fill((byte)' ');
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)length);
        json.CopyTo(header.AsSpan(SafeTensorsHeader.PrefixBytes));
        return header;
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject(SafeTensorsHeader.MetadataKey);
        foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            json.WriteString(StrictUtf8.GetBytes(key), StrictUtf8.GetBytes(value));
        json.WriteEndObject();
    }

    private static long WriteEntry(Utf8JsonWriter json, SafeTensorsContent tensor, long begin)
    {
        var end = begin + tensor.Length;
        json.WriteStartObject(StrictUtf8.GetBytes(tensor.Name));
        json.WriteString("dtype", tensor.Kept.Name);
        json.WriteStartArray("shape");
        foreach (var dimension in tensor.Shape)
            json.WriteNumberValue(dimension);
        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }
}
