using System.Globalization;

namespace Amend.Tensors.Files.Gguf;

/// <summary>
/// The keys of a GGUF file with their values. Single values were read when the file was opened; an array is read from the file
/// each time that it is asked for. Every failure names the key, the type found and the type asked for.
/// </summary>
public sealed class GgufMetadata
{
    private readonly string _path;
    private readonly GgufBytes? _file;
    private readonly Dictionary<string, GgufValue> _values;

    internal GgufMetadata(GgufBytes file, IReadOnlyList<string> keys, Dictionary<string, GgufValue> values)
        : this(file.Path, keys, values) => _file = file;

    private GgufMetadata(string path, IReadOnlyList<string> keys, Dictionary<string, GgufValue> values) =>
        (_path, Keys, _values) = (path, keys, values);

    /// <summary>Keys that are to be written, as a reader of the file will have them.</summary>
    /// <param name="path">What messages call the file.</param>
    /// <param name="values">The keys as <see cref="GgufWriter"/> takes them, each once.</param>
    /// <exception cref="ArgumentException">A key comes twice, or a value has no type of the format.</exception>
    public static GgufMetadata Of(string path, IReadOnlyList<(string Key, object Value)> values) => new(
        path,
        [.. values.Select(pair => pair.Key)],
        values.ToDictionary(pair => pair.Key, pair => GgufValue.Of(pair.Value), StringComparer.Ordinal));

    /// <summary>The keys in the order of the file.</summary>
    public IReadOnlyList<string> Keys { get; }

    /// <summary>Whether the file has a key.</summary>
    public bool Contains(string key) => _values.ContainsKey(key);

    /// <summary>
    /// A key's value in the file's own type: a number, bool or string, an array of them, or an <c>object[]</c> of arrays.
    /// </summary>
    /// <exception cref="GgufException">The file has no such key, or changed after it was opened.</exception>
    public object Value(string key) =>
        _values.TryGetValue(key, out var value) ? value.Single ?? ReadArray(key, value) : throw Missing(key);

    /// <summary>The type of a key's value as the format names it: <c>uint32</c>, <c>string</c>, <c>array of float32</c>.</summary>
    /// <exception cref="GgufException">The file has no such key.</exception>
    public string TypeName(string key) => _values.TryGetValue(key, out var value) ? value.TypeName : throw Missing(key);

    /// <summary>A text.</summary>
    /// <exception cref="GgufException">The file has no such key, or it is no string.</exception>
    public string Text(string key) => TextOrNone(key) ?? throw Missing(key);

    /// <summary>A text; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no string.</exception>
    public string? TextOrNone(string key) =>
        SingleOrNone(key, "a string") is { } value ? value as string ?? throw Mistyped(key, "a string") : null;

    /// <summary>An integer of any of the format's integer types.</summary>
    /// <exception cref="GgufException">The file has no such key, it is no integer, or is over 2^63 - 1.</exception>
    public long Integer(string key) => IntegerOrNone(key) ?? throw Missing(key);

    /// <summary>An integer of any of the format's integer types; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no integer, or is over 2^63 - 1.</exception>
    public long? IntegerOrNone(string key) => SingleOrNone(key, "an integer") switch
    {
        null => null,
        ulong value and > long.MaxValue => throw GgufException.Broken(_path, $"its key {ShownName.Of(key)} is {value}, over 2^63 - 1"),
        string or bool or float or double => throw Mistyped(key, "an integer"),
        var value => Convert.ToInt64(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A number of any of the format's numeric types.</summary>
    /// <exception cref="GgufException">The file has no such key, or it is no number.</exception>
    public double Number(string key) => NumberOrNone(key) ?? throw Missing(key);

    /// <summary>A number of any of the format's numeric types; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no number.</exception>
    public double? NumberOrNone(string key) => SingleOrNone(key, "a number") switch
    {
        null => null,
        string or bool => throw Mistyped(key, "a number"),
        var value => Convert.ToDouble(value, CultureInfo.InvariantCulture),
    };

    /// <summary>A truth value; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no bool.</exception>
    public bool? FlagOrNone(string key) =>
        SingleOrNone(key, "a bool") is { } value ? value as bool? ?? throw Mistyped(key, "a bool") : null;

    /// <summary>A list of texts.</summary>
    /// <exception cref="GgufException">The file has no such key, or it is no array of strings.</exception>
    public IReadOnlyList<string> Texts(string key) => TextsOrNone(key) ?? throw Missing(key);

    /// <summary>A list of texts; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no array of strings.</exception>
    public IReadOnlyList<string>? TextsOrNone(string key) => ArrayOrNone(key, "an array of strings") is { } array
        ? array as string[] ?? throw Mistyped(key, "an array of strings")
        : null;

    /// <summary>A list of integers of any of the format's integer types.</summary>
    /// <exception cref="GgufException">The file has no such key, it is no array of integers, or one is over 2^63 - 1.</exception>
    public IReadOnlyList<long> Integers(string key) => IntegersOrNone(key) ?? throw Missing(key);

    /// <summary>A list of integers of any of the format's integer types; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no array of integers, or one is over 2^63 - 1.</exception>
    public IReadOnlyList<long>? IntegersOrNone(string key) => ArrayOrNone(key, "an array of integers") switch
    {
        null => null,
        float[] or double[] or bool[] or string[] or object[] => throw Mistyped(key, "an array of integers"),
        ulong[] values when Array.Find(values, value => value > long.MaxValue) is > 0 and var large =>
            throw GgufException.Broken(_path, $"its key {ShownName.Of(key)} holds {large}, over 2^63 - 1"),
        var values => Converted(values, value => Convert.ToInt64(value, CultureInfo.InvariantCulture)),
    };

    /// <summary>A list of numbers of any of the format's numeric types.</summary>
    /// <exception cref="GgufException">The file has no such key, or it is no array of numbers.</exception>
    public IReadOnlyList<double> Numbers(string key) => NumbersOrNone(key) ?? throw Missing(key);

    /// <summary>A list of numbers of any of the format's numeric types; null where the file has no such key.</summary>
    /// <exception cref="GgufException">The key is no array of numbers.</exception>
    public IReadOnlyList<double>? NumbersOrNone(string key) => ArrayOrNone(key, "an array of numbers") switch
    {
        null => null,
        bool[] or string[] or object[] => throw Mistyped(key, "an array of numbers"),
        var values => Converted(values, value => Convert.ToDouble(value, CultureInfo.InvariantCulture)),
    };

    private static T[] Converted<T>(Array values, Func<object, T> convert)
    {
        var converted = new T[values.Length];
        for (var i = 0; i < converted.Length; i++)
            converted[i] = convert(values.GetValue(i)!);
        return converted;
    }

    private object? SingleOrNone(string key, string asked) =>
        _values.TryGetValue(key, out var value) ? value.Single ?? throw Mistyped(key, asked) : null;

    private Array? ArrayOrNone(string key, string asked)
    {
        if (!_values.TryGetValue(key, out var value))
            return null;
        return value.Single is null ? ReadArray(key, value) : throw Mistyped(key, asked);
    }

    private Array ReadArray(string key, GgufValue value) => value.Elements
        ?? GgufValueType.ReadArray(new GgufCursor(_file!, value.Begin) { Place = new("its metadata", "key", 1, key) });

    private GgufException Missing(string key) => new(
        $"'{_path}' has no key {ShownName.Of(key)} among its {Keys.Count}"
        + $"{NearestName.Hint(ShownName.Of(key), Keys.Select(ShownName.Of))}; take a file converted for the model's architecture.");

    private GgufException Mistyped(string key, string asked) => new(
        $"The key {ShownName.Of(key)} of '{_path}' has the wrong type: {_values[key].TypeName} where {asked} is asked; "
        + "convert the model again.");
}

/// <summary>What is kept of a key's value: a single one itself, of an array its place in the file, or what is to be written.</summary>
/// <param name="Type">Its type; an array's elements'.</param>
/// <param name="Single">The value; null for an array.</param>
/// <param name="Begin">Where the value begins in the file.</param>
internal readonly record struct GgufValue(GgufValueType Type, object? Single, long Begin)
{
    /// <summary>The elements of an array that is in no file yet.</summary>
    public Array? Elements { get; init; }

    /// <summary>Its type as the format names it.</summary>
    public string TypeName => Single is null ? $"array of {Type.Name}" : Type.Name;

    /// <summary>A value that is to be written.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static GgufValue Of(object value) => value is Array elements
        ? new(GgufValueWriter.TypeOfElements(elements), null, 0) { Elements = elements }
        : new(GgufValueWriter.TypeOf(value), value, 0);
}
