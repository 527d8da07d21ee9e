using System.Runtime.CompilerServices;

namespace Amend.Tensors.Files.Gguf;

/// <summary>One type of a metadata value: how values of it are read, and how they are gone over to be read when asked for.</summary>
/// <param name="Name">Its name in the text of the format.</param>
/// <param name="LeastBytes">The fewest bytes that a value takes.</param>
/// <param name="Read">Reads one.</param>
/// <param name="ReadMany">Reads that many.</param>
/// <param name="Pass">Goes over that many, and checks what does not depend on their use.</param>
internal sealed record GgufValueType(
    string Name,
    int LeastBytes,
    Func<GgufCursor, object> Read,
    Func<GgufCursor, int, Array> ReadMany,
    Action<GgufCursor, long> Pass)
{
    /// <summary>Arrays within arrays, the outermost counted; files in use have one.</summary>
    private const int MostNested = 8;

    /// <summary>Element type and length stand before the elements.</summary>
    private const int ArrayPrefixBytes = sizeof(uint) + sizeof(ulong);

    /// <summary>The types; the place of each is its number in a file (ggml's text of the format, gguf_metadata_value_type).</summary>
    public static IReadOnlyList<GgufValueType> All { get; } =
    [
        OfNumber<byte>("uint8"),
        OfNumber<sbyte>("int8"),
        OfNumber<ushort>("uint16"),
        OfNumber<short>("int16"),
        OfNumber<uint>("uint32"),
        OfNumber<int>("int32"),
        OfNumber<float>("float32"),
        Of("bool", sizeof(bool), cursor => cursor.ReadFlag(), cursor => cursor.ReadFlag()),
        Of("string", sizeof(ulong), cursor => cursor.ReadText(), cursor => cursor.PassText()),
        Of<object>("array", ArrayPrefixBytes, ReadArray, cursor => PassArray(cursor)),
        OfNumber<ulong>("uint64"),
        OfNumber<long>("int64"),
        OfNumber<double>("float64"),
    ];

    /// <summary>The type whose values are arrays.</summary>
    public static GgufValueType OfArrays { get; } = All[9];

    /// <summary>Reads the number of a type; <paramref name="what"/> says which for a message.</summary>
    public static GgufValueType ReadFrom(GgufCursor cursor, string what)
    {
        var number = cursor.Read<uint>();
        return number < All.Count
            ? All[(int)number]
            : throw cursor.Broken($"has the unknown {what} type {number} (known are 0 to {All.Count - 1})");
    }

    /// <summary>Goes over an array and returns the type of its elements.</summary>
    public static GgufValueType PassArray(GgufCursor cursor)
    {
        var (element, count) = OpenArray(cursor);
        element.Pass(cursor, count);
        cursor.Depth--;
        return element;
    }

    /// <summary>Reads an array: of the elements' own type, or of objects where they are arrays.</summary>
    public static Array ReadArray(GgufCursor cursor)
    {
        var (element, count) = OpenArray(cursor);
        if (count > Array.MaxLength)
            throw cursor.Broken($"has an array of {count} elements, more than the {Array.MaxLength} that are read");
        var elements = element.ReadMany(cursor, (int)count);
        cursor.Depth--;
        return elements;
    }

    private static (GgufValueType Element, long Count) OpenArray(GgufCursor cursor)
    {
        if (++cursor.Depth > MostNested)
            throw cursor.Broken($"has arrays nested more than {MostNested} deep");
        var element = ReadFrom(cursor, "element");
        var at = cursor.Position;
        var count = cursor.Read<ulong>();
        return count <= (ulong)(cursor.Left / element.LeastBytes)
            ? (element, (long)count)
            : throw cursor.Broken($"claims at byte {at} an array length of {count} values of type {element.Name}, but the file ends "
                + $"{cursor.Left} bytes later: it is cut off or the length is impossible");
    }

    private static GgufValueType OfNumber<T>(string name)
        where T : unmanaged =>
        new(name, Unsafe.SizeOf<T>(), cursor => cursor.Read<T>(), (cursor, count) => cursor.ReadMany<T>(count),
            (cursor, count) => cursor.Pass(count * Unsafe.SizeOf<T>()));

    private static GgufValueType Of<T>(string name, int leastBytes, Func<GgufCursor, T> read, Action<GgufCursor> pass)
        where T : notnull =>
        new(name, leastBytes, cursor => read(cursor), (cursor, count) => ReadEach(cursor, count, read), (cursor, count) =>
        {
            for (long i = 0; i < count; i++)
                pass(cursor);
        });

    private static T[] ReadEach<T>(GgufCursor cursor, int count, Func<GgufCursor, T> read)
    {
        var values = new T[count];
        for (var i = 0; i < count; i++)
            values[i] = read(cursor);
        return values;
    }
}
