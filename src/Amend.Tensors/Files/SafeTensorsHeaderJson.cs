using System.Text.Json;
using System.Text.Unicode;

namespace Amend.Tensors.Files;

/// <summary>Reads a header's JSON in one pass; what depends on the file's length is checked afterwards.</summary>
internal ref struct SafeTensorsHeaderJson
{
    private const int MostDimensions = 64;

    private readonly string _file;
    private readonly ReadOnlySpan<byte> _bytes;
    private Utf8JsonReader _json;

    public SafeTensorsHeaderJson(ReadOnlySpan<byte> bytes, string file)
    {
        _file = file;
        _bytes = bytes;
        _json = new Utf8JsonReader(bytes);
    }

    public List<TensorEntry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public void Read()
    {
        if (!Utf8.IsValid(_bytes))
            throw Broken(SafeTensorsError.InvalidUtf8, $"its header of {_bytes.Length} bytes is not UTF-8");
        try
        {
            ReadRoot();
        }
        catch (JsonException cause)
        {
            var where = $"line {cause.LineNumber + 1}, byte {cause.BytePositionInLine + 1}";
            throw SafeTensorsException.Broken(
                SafeTensorsError.InvalidJson,
                _file,
                $"its header of {_bytes.Length} bytes is not JSON ({where})",
                inner: cause);
        }
    }

    private void ReadRoot()
    {
        _json.Read();
        if (_json.TokenType != JsonTokenType.StartObject || _bytes[0] != (byte)'{')
        {
            throw Broken(
                SafeTensorsError.RootNotObject,
                $"its header begins with {ShownName.Of(((char)_bytes[0]).ToString())}, not with the '{{' of a JSON object");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        while (NextKey() is { } name)
        {
            if (!names.Add(name))
                throw Broken(SafeTensorsError.DuplicateTensor, $"its header has {ShownName.Of(name)} twice");
            if (name == SafeTensorsHeader.MetadataKey)
                ReadMetadata();
            else
                Entries.Add(ReadEntry(name));
        }

        _json.Read(); // Past the root only white space may follow, else this throws.
    }

    private void ReadMetadata()
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw Broken(SafeTensorsError.MetadataNotStrings, $"its metadata are a JSON {Kind}, not an object of strings");
        while (NextKey() is { } key)
        {
            if (_json.TokenType != JsonTokenType.String)
            {
                throw Broken(
                    SafeTensorsError.MetadataNotStrings,
                    $"the value of its metadata key {ShownName.Of(key)} is a JSON {Kind}, not a string");
            }

            if (!Metadata.TryAdd(key, Text()))
                throw Broken(SafeTensorsError.DuplicateKey, $"its metadata have the key {ShownName.Of(key)} twice");
        }
    }

    private TensorEntry ReadEntry(string name)
    {
        if (_json.TokenType != JsonTokenType.StartObject)
            throw Mistyped(name, "entry", "an object");
        SafeTensorsDType? dtype = null;
        long[]? shape = null;
        long[]? offsets = null;
        while (NextKey() is { } field)
        {
            switch (field)
            {
                case "dtype":
                    RefuseSecond(name, field, dtype);
                    dtype = ReadDType(name);
                    break;
                case "shape":
                    RefuseSecond(name, field, shape);
                    shape = ReadShape(name);
                    break;
                case "data_offsets":
                    RefuseSecond(name, field, offsets);
                    offsets = ReadOffsets(name);
                    break;
                default:
                    throw Broken(
                        SafeTensorsError.UnknownField,
                        $"tensor {ShownName.Of(name)} has the field {ShownName.Of(field)}, which is not of the format");
            }
        }

        return Checked(
            name,
            dtype ?? throw Missing(name, "dtype"),
            shape ?? throw Missing(name, "shape"),
            offsets ?? throw Missing(name, "data_offsets"));
    }

    private readonly TensorEntry Checked(string name, SafeTensorsDType dtype, long[] shape, long[] offsets)
    {
        var entry = new TensorEntry(name, dtype.Type, shape, offsets[0], offsets[1]);
        if (entry.Begin < 0 || entry.End < entry.Begin)
        {
            throw Broken(
                SafeTensorsError.InvalidOffsets,
                $"tensor {ShownName.Of(name)} has the data offsets {entry.Begin} and {entry.End}, negative or in the wrong order");
        }

        var length = ByteCount(name, dtype, shape);
        if (length != entry.Length)
        {
            throw Broken(
                SafeTensorsError.SizeMismatch,
                $"tensor {ShownName.Of(name)} of type {dtype.Name} and shape [{string.Join(", ", shape)}] needs {length} bytes, "
                + $"but its data offsets {entry.Begin} and {entry.End} enclose {entry.Length}");
        }

        return entry;
    }

    private readonly long ByteCount(string name, SafeTensorsDType dtype, long[] shape)
    {
        long length = dtype.Bytes;
        try
        {
            // Zeros are left out here, because libtorch multiplies the others to strides even when one is zero.
            foreach (var dimension in shape.Where(dimension => dimension != 0))
                length = checked(length * dimension);
        }
        catch (OverflowException cause)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.ShapeOverflow,
                _file,
                $"tensor {ShownName.Of(name)} of type {dtype.Name} and shape [{string.Join(", ", shape)}] "
                + "would need more bytes than 64 bits can count",
                inner: cause);
        }

        return shape.Contains(0) ? 0 : length;
    }

    private SafeTensorsDType ReadDType(string name)
    {
        if (_json.TokenType != JsonTokenType.String)
            throw Mistyped(name, "dtype", "a string");
        var dtype = Text();
        return SafeTensorsDType.Find(dtype)
            ?? throw SafeTensorsException.Broken(
                SafeTensorsError.UnknownDType,
                _file,
                $"tensor {ShownName.Of(name)} has the dtype {ShownName.Of(dtype)}",
                $"convert it to one of {SafeTensorsDType.Names}");
    }

    private long[] ReadShape(string name)
    {
        var shape = ReadNumbers(name, "shape", SafeTensorsError.ShapeOverflow, MostDimensions + 1);
        if (shape.Length > MostDimensions)
        {
            throw Broken(
                SafeTensorsError.TooManyDimensions,
                $"tensor {ShownName.Of(name)} has more than {MostDimensions} dimensions");
        }

        foreach (var dimension in shape)
        {
            if (dimension < 0)
            {
                throw Broken(
                    SafeTensorsError.NegativeShape,
                    $"tensor {ShownName.Of(name)} has the dimension {dimension} in its shape [{string.Join(", ", shape)}]");
            }
        }

        return shape;
    }

    private long[] ReadOffsets(string name)
    {
        var offsets = ReadNumbers(name, "data_offsets", SafeTensorsError.OffsetOverflow, 3);
        return offsets.Length == 2 ? offsets : throw Mistyped(name, "data_offsets", "an array of two integers");
    }

    private long[] ReadNumbers(string name, string field, SafeTensorsError overflow, int most)
    {
        if (_json.TokenType != JsonTokenType.StartArray)
            throw Mistyped(name, field, "an array of integers");
        var numbers = new List<long>(4);
        while (_json.Read() && _json.TokenType != JsonTokenType.EndArray && numbers.Count < most)
            numbers.Add(ReadNumber(name, field, overflow));
        return [.. numbers];
    }

    private readonly long ReadNumber(string name, string field, SafeTensorsError overflow)
    {
        if (_json.TokenType != JsonTokenType.Number || _json.ValueSpan.IndexOfAny(".eE"u8) >= 0)
            throw Mistyped(name, field, "an array of integers");
        return _json.TryGetInt64(out var number)
            ? number
            : throw Broken(
                overflow,
                $"tensor {ShownName.Of(name)} has in its {field} a number of {_json.ValueSpan.Length} characters, "
                    + "which 64 bits cannot hold");
    }

    /// <summary>Moves to the next key's value and gives the key, or null at the object's end.</summary>
    private string? NextKey()
    {
        _json.Read();
        if (_json.TokenType == JsonTokenType.EndObject)
            return null;
        var key = Text();
        _json.Read();
        return key;
    }

    private readonly string Text()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException cause)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.InvalidJson,
                _file,
                $"its header has half a surrogate pair in the string at byte {_json.TokenStartIndex}",
                inner: cause);
        }
    }

    private readonly void RefuseSecond(string name, string field, object? first)
    {
        if (first is not null)
            throw Broken(SafeTensorsError.DuplicateKey, $"tensor {ShownName.Of(name)} has the field '{field}' twice");
    }

    private readonly string Kind => _json.TokenType switch
    {
        JsonTokenType.StartArray => "array",
        JsonTokenType.StartObject => "object",
        JsonTokenType.String => "string",
        JsonTokenType.Number => "number",
        JsonTokenType.Null => "null",
        _ => "boolean",
    };

    private readonly SafeTensorsException Missing(string name, string field) =>
        Broken(SafeTensorsError.MissingField, $"tensor {ShownName.Of(name)} has no field '{field}'");

    private readonly SafeTensorsException Mistyped(string name, string field, string expected) =>
        Broken(SafeTensorsError.MistypedField, $"the {field} of tensor {ShownName.Of(name)} is not {expected}");

    private readonly SafeTensorsException Broken(SafeTensorsError error, string found) =>
        SafeTensorsException.Broken(error, _file, found);
}
