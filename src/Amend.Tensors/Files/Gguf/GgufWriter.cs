using System.Text;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// Writes GGUF files of version 3 (ggml's text of the format): atomic, a tensor at a time, and the same bytes for the same content.
/// </summary>
public static class GgufWriter
{
    private const int MostNameBytes = 63;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Writes keys and tensors in the given order; offsets are multiples of <c>general.alignment</c>, or of 32.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="metadata">
    /// The keys, each with a number, bool, string, an array of them, or an <c>object[]</c> of arrays; its .NET type is the file's.
    /// </param>
    /// <param name="tensors">The tensors.</param>
    /// <exception cref="ArgumentException">
    /// A key or name comes twice or is empty or too long, a value has no type of the format, or rows are no whole number of blocks.
    /// </exception>
    /// <exception cref="AmendException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufContent> tensors)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(tensors);
        RefuseTwice(metadata.Select(pair => pair.Key), "key");
        RefuseTwice(tensors.Select(tensor => tensor.Name), "tensor");
        foreach (var tensor in tensors)
            RefuseBad(tensor);
        AtomicFile.Write(path, stream => Write(stream, metadata, tensors));
    }

    private static void Write(Stream stream, IReadOnlyList<(string Key, object Value)> metadata, IReadOnlyList<GgufContent> tensors)
    {
        var alignment = AlignmentOf(metadata);
        using var writer = new BinaryWriter(stream, StrictUtf8, leaveOpen: true);
        writer.Write(GgufHeader.Magic);
        writer.Write(GgufHeader.Version);
        writer.Write((ulong)tensors.Count);
        writer.Write((ulong)metadata.Count);
        foreach (var (key, value) in metadata)
        {
            GgufValueWriter.WriteText(writer, key);
            GgufValueWriter.WriteTyped(writer, value);
        }

        WriteList(writer, tensors, alignment);
        foreach (var tensor in tensors)
        {
            Pad(writer, alignment);
            WriteData(writer.BaseStream, tensor);
        }

        Pad(writer, alignment);
    }

    private static void WriteList(BinaryWriter writer, IReadOnlyList<GgufContent> tensors, long alignment)
    {
        long offset = 0;
        foreach (var tensor in tensors)
        {
            GgufValueWriter.WriteText(writer, tensor.Name);
            writer.Write((uint)tensor.Shape.Length);
            foreach (var size in tensor.Shape.Reverse())
                writer.Write((ulong)size);
            writer.Write((uint)tensor.Type.Number);
            writer.Write((ulong)offset);
            offset += (tensor.Length + alignment - 1) / alignment * alignment;
        }
    }

    private static void WriteData(Stream stream, GgufContent tensor)
    {
        var begin = stream.Position;
        tensor.Write(stream);
        if (stream.Position - begin is var written && written != tensor.Length)
        {
            throw new ArgumentException(
                $"Tensor {ShownName.Of(tensor.Name)} wrote {written} bytes where shape and type need {tensor.Length}; write all of it.");
        }
    }

    private static void Pad(BinaryWriter writer, long alignment)
    {
        writer.Flush();
        var over = writer.BaseStream.Position % alignment;
        if (over > 0)
            writer.Write(new byte[alignment - over]);
    }

    private static long AlignmentOf(IReadOnlyList<(string Key, object Value)> metadata)
    {
        if (metadata.All(pair => pair.Key != GgufHeader.AlignmentKey))
            return GgufHeader.DefaultAlignment;
        return metadata.First(pair => pair.Key == GgufHeader.AlignmentKey).Value is uint alignment and > 0 && uint.IsPow2(alignment)
            ? alignment
            : throw new ArgumentException($"{GgufHeader.AlignmentKey} is to be a power of two of type uint.");
    }

    private static void RefuseTwice(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (name.Length == 0)
                throw new ArgumentException($"A {what} has an empty name; name it.");
            if (!seen.Add(name))
                throw new ArgumentException($"Two of kind {what} are named {ShownName.Of(name)}; a file holds a name once.");
        }
    }

    private static void RefuseBad(GgufContent tensor)
    {
        var name = ShownName.Of(tensor.Name);
        if (StrictUtf8.GetByteCount(tensor.Name) > MostNameBytes)
            throw new ArgumentException($"The tensor name {name} has over {MostNameBytes} bytes, which readers refuse; shorten it.");
        if (tensor.Shape is not { Length: >= 1 and <= 4 } || tensor.Shape.Any(size => size < 1))
        {
            throw new ArgumentException(
                $"Tensor {name} has the shape [{string.Join(", ", tensor.Shape)}]; the format has 1 to 4 dimensions of 1 or more.");
        }

        if (tensor.Shape[^1] % tensor.Type.BlockElements != 0)
        {
            throw new ArgumentException(
                $"Tensor {name} has rows of {tensor.Shape[^1]} elements, no multiple of the {tensor.Type.BlockElements} of a block of "
                + $"{tensor.Type.Name}; take a type without blocks.");
        }
    }
}
