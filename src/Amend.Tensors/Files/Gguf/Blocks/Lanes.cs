using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>Sixteen small whole numbers at a time to float32: the one step that all types of blocks share.</summary>
internal static class Lanes
{
    /// <summary>How many elements one step makes.</summary>
    public const int Count = 16;

    /// <summary>The next sixteen bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Load(ReadOnlySpan<byte> bytes, int at) => Vector128.Create(bytes.Slice(at, Count));

    /// <summary>The lower halves of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Low(Vector128<byte> bytes) => bytes & Vector128.Create((byte)0x0F);

    /// <summary>The upper halves of bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> High(Vector128<byte> bytes) => bytes >>> 4;

    /// <summary>Of bit j of two bytes, sixteen lanes with <paramref name="value"/> where it is set and 0 elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Bits(byte first, byte second, byte value)
    {
        var bits = Vector128.Create(0x8040201008040201UL).AsByte();
        return Vector128.Equals(Halves(first, second) & bits, bits) & Vector128.Create(value);
    }

    /// <summary>Eight lanes of one byte, then eight of another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<byte> Halves(byte first, byte second)
    {
        const ulong Eightfold = 0x0101010101010101;
        return Vector128.Create(first * Eightfold, second * Eightfold).AsByte();
    }

    /// <summary>Stores scale × number, for signed numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<sbyte> numbers, float scale, Span<float> values, int at)
    {
        var (lower, upper) = Widen(numbers);
        (lower * scale).CopyTo(values.Slice(at, Count));
        (upper * scale).CopyTo(values.Slice(at + 8, 8));
    }

    /// <summary>Stores scale × number + shift, rounded after the product and after the sum, for numbers below 128.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<byte> numbers, float scale, float shift, Span<float> values, int at)
    {
        var (lower, upper) = Widen(numbers.AsSByte());
        var added = Vector256.Create(shift);
        ((lower * scale) + added).CopyTo(values.Slice(at, Count));
        ((upper * scale) + added).CopyTo(values.Slice(at + 8, 8));
    }

    /// <summary>The half-precision number at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Half(ReadOnlySpan<byte> bytes, int at) => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes[at..]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector256<float> Lower, Vector256<float> Upper) Widen(Vector128<sbyte> numbers)
    {
        var (lower, upper) = Vector256.Widen(Vector256.Create(Vector128.WidenLower(numbers), Vector128.WidenUpper(numbers)));
        return (Vector256.ConvertToSingle(lower), Vector256.ConvertToSingle(upper));
    }
}
