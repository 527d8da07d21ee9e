using System.Text;

namespace Amend.Tensors.Files.Gguf;

/// <summary>Writes values of metadata: the number of the type that belongs to the .NET type, and the value.</summary>
internal static class GgufValueWriter
{
    private const uint ArrayNumber = 9;

    private static readonly Dictionary<Type, (uint Number, Action<BinaryWriter, object> Write)> Types = new()
    {
        [typeof(byte)] = (0, (writer, value) => writer.Write((byte)value)),
        [typeof(sbyte)] = (1, (writer, value) => writer.Write((sbyte)value)),
        [typeof(ushort)] = (2, (writer, value) => writer.Write((ushort)value)),
        [typeof(short)] = (3, (writer, value) => writer.Write((short)value)),
        [typeof(uint)] = (4, (writer, value) => writer.Write((uint)value)),
        [typeof(int)] = (5, (writer, value) => writer.Write((int)value)),
        [typeof(float)] = (6, (writer, value) => writer.Write((float)value)),
        [typeof(bool)] = (7, (writer, value) => writer.Write((bool)value)),
        [typeof(string)] = (8, (writer, value) => WriteText(writer, (string)value)),
        [typeof(ulong)] = (10, (writer, value) => writer.Write((ulong)value)),
        [typeof(long)] = (11, (writer, value) => writer.Write((long)value)),
        [typeof(double)] = (12, (writer, value) => writer.Write((double)value)),
    };

    /// <summary>The type of a single value.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static GgufValueType TypeOf(object value) => GgufValueType.All[(int)TypeOf(value.GetType()).Number];

    /// <summary>The type of an array's elements.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static GgufValueType TypeOfElements(Array array) => HoldsArrays(array)
        ? GgufValueType.OfArrays
        : GgufValueType.All[(int)TypeOf(array.GetType().GetElementType()!).Number];

    /// <summary>Writes type and value.</summary>
    /// <exception cref="ArgumentException">The format has no such type.</exception>
    public static void WriteTyped(BinaryWriter writer, object value)
    {
        if (value is Array array)
        {
            writer.Write(ArrayNumber);
            WriteArray(writer, array);
            return;
        }

        var (number, write) = TypeOf(value.GetType());
        writer.Write(number);
        write(writer, value);
    }

    /// <summary>Writes a text with its length.</summary>
    public static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        writer.Write((ulong)bytes.Length);
        writer.Write(bytes);
    }

    private static void WriteArray(BinaryWriter writer, Array array)
    {
        var (number, write) = HoldsArrays(array)
            ? (ArrayNumber, (inner, value) => WriteArray(inner, (Array)value))
            : TypeOf(array.GetType().GetElementType()!);
        writer.Write(number);
        writer.Write((ulong)array.Length);
        foreach (var value in array)
            write(writer, value);
    }

    private static bool HoldsArrays(Array array) => array is object[] and not string[];

    private static (uint Number, Action<BinaryWriter, object> Write) TypeOf(Type type) =>
        Types.TryGetValue(type, out var found)
            ? found
            : throw new ArgumentException(
                $"A key has a value of type {type.Name}; the format has {string.Join(", ", Types.Keys.Select(known => known.Name))}.");
}
