using System.Text;

namespace Amend.Tensors.Files.Gguf;

/// <summary>Reads a file's list of tensors and checks each entry: name, dimensions, type, and its place among the file's bytes.</summary>
internal sealed class GgufTensorList(GgufBytes file, long alignment)
{
    private const int MostDimensions = 4;
    private const int MostNameBytes = 64;

    /// <summary>The largest offset and size, so that their sum with the data's begin is a number of 64 bits.</summary>
    private const long MostBytes = long.MaxValue / 4;

    /// <summary>Reads the list.</summary>
    public List<GgufTensor> Read(GgufCursor cursor, long count)
    {
        var tensors = new List<GgufTensor>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (long i = 0; i < count; i++)
        {
            cursor.Place = new("its tensor list", "tensor", i + 1);
            var name = cursor.ReadText();
            if (name.Length == 0)
                throw cursor.Broken("has an empty name");
            if (Encoding.UTF8.GetByteCount(name) > MostNameBytes)
                throw cursor.Broken($"has a tensor name that is too long, over {MostNameBytes} bytes: {ShownName.Of(name)}");
            if (!names.Add(name))
                throw cursor.Broken($"is the duplicate tensor {ShownName.Of(name)}: a file has each name only once");
            cursor.Place = cursor.Place with { Name = name };
            tensors.Add(ReadEntry(cursor, name));
        }

        return tensors;
    }

    /// <summary>Checks that the tensors lie within the file and share no byte; holes and bytes after them are allowed.</summary>
    public void Check(List<GgufTensor> tensors, long dataStart)
    {
        if (tensors.Count > 0 && dataStart >= file.Length)
        {
            throw GgufException.Broken(
                file.Path, $"the data of its {tensors.Count} tensors are missing: they begin at byte {dataStart}, but the file ends "
                    + $"at {file.Length}, before them");
        }

        var data = file.Length - dataStart;
        long end = 0;
        var before = "";
        foreach (var entry in tensors.Select(tensor => tensor.Entry).OrderBy(entry => entry.Begin))
        {
            if (entry.Begin > data || entry.Length > data - entry.Begin)
                throw Broken(entry.Name, $"lies beyond the end of the file: {entry.Length} bytes at data byte {entry.Begin} of {data}");
            if (entry.Begin < end)
                throw Broken(entry.Name, $"overlaps tensor {before}: it begins at data byte {entry.Begin}, before its end at {end}");
            (end, before) = (entry.End, ShownName.Of(entry.Name));
        }
    }

    private GgufTensor ReadEntry(GgufCursor cursor, string name)
    {
        var shape = ReadShape(cursor, name);
        var type = ReadType(cursor, name);
        var rowLength = shape[^1];
        if (rowLength % type.BlockElements != 0)
        {
            throw Broken(
                name, $"is {type.Name} with a row length of {rowLength}, which is no multiple of the block size {type.BlockElements}");
        }


        var length = LengthOf(name, shape, type);
        var offset = cursor.Read<ulong>();
        if (offset % (ulong)alignment != 0)
            throw Broken(name, $"has the offset {offset}, which is not aligned to {alignment} bytes");
        if (offset > MostBytes)
            throw Broken(name, $"lies beyond the end of the file of {file.Length} bytes: its offset is {offset}");
        return new(new TensorEntry(name, type.DType, shape, (long)offset, (long)offset + length), type);
    }

    private long[] ReadShape(GgufCursor cursor, string name)
    {
        var count = cursor.Read<uint>();
        if (count == 0)
            throw Broken(name, "has no dimensions");
        if (count > MostDimensions)
            throw Broken(name, $"has {count} dimensions, more than the {MostDimensions} of the format");
        var shape = new long[count];
        for (var i = shape.Length - 1; i >= 0; i--)
        {
            var size = cursor.Read<ulong>();
            if (size is 0 or > long.MaxValue)
                throw Broken(name, $"has the invalid dimension {size}");
            shape[i] = (long)size;
        }

        return shape;
    }

    private GgufType ReadType(GgufCursor cursor, string name)
    {
        var number = cursor.Read<uint>();
        return GgufType.FindOrNull(number)
            ?? throw GgufException.Broken(
                file.Path, $"tensor {ShownName.Of(name)} has the type {number}, which is unknown or removed and is not supported",
                $"take a file in {GgufType.Advised}");
    }

    private long LengthOf(string name, long[] shape, GgufType type)
    {
        var blocks = (Int128)1;
        foreach (var size in shape)
        {
            blocks *= size;
            if (blocks > long.MaxValue)
                break;
        }

        var length = blocks / type.BlockElements * type.BlockBytes;
        return length <= MostBytes
            ? (long)length
            : throw Broken(name, $"has dimensions {string.Join(" x ", shape)} that are too large for a file of {file.Length} bytes");
    }

    private GgufException Broken(string name, string found) => GgufException.Broken(file.Path, $"tensor {ShownName.Of(name)} {found}");
}

/// <summary>A tensor of a file.</summary>
/// <param name="Entry">Name, type in memory, shape, and its place counted from the data's begin.</param>
/// <param name="Type">Its type in the file.</param>
internal sealed record GgufTensor(TensorEntry Entry, GgufType Type);
