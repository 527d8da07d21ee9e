using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// The types of two or three values: -d, d, and 0 (ggml-quants.c, <c>dequantize_row_tq1_0</c>, <c>_tq2_0</c>, <c>_q1_0</c>).
/// </summary>
internal static class TernaryBlocks
{
    private const int Elements = 256;

    /// <summary>The powers of three that bring each of a byte's five digits to its top.</summary>
    private static ReadOnlySpan<byte> Powers => [1, 3, 9, 27, 81];

    /// <summary>48 bytes of five ternary digits, 4 of four, d; x = d (digit - 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TQ1_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 54;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var scale = Lanes.Half(blocks, block + 52);
            StoreDigits(blocks.Slice(block, 32), 5, scale, values.Slice(at, 160));
            StoreDigits(blocks.Slice(block + 32, 16), 5, scale, values.Slice(at + 160, 80));
            StoreDigits(blocks.Slice(block + 48, 4), 4, scale, values.Slice(at + 240, 16));
        }
    }

    /// <summary>64 bytes of four two-bit numbers, d; x = d (q - 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void TQ2_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 66;
        var (one, three) = (Vector128.Create((sbyte)1), Vector128.Create((byte)3));
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var scale = Lanes.Half(blocks, block + 64);
            for (var part = 0; part < 16; part++)
            {
                var fours = Lanes.Load(blocks, block + (part / 8 * 32) + (part % 2 * 16));
                Lanes.Store(((fours >>> (part % 8 / 2 * 2)) & three).AsSByte() - one, scale, values, at + (part * 16));
            }
        }
    }

    /// <summary>d (half), 128 bits; x = d where the bit is set, -d elsewhere.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q1_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 18;
        var one = Vector128.Create((sbyte)1);
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += 128)
        {
            var scale = Lanes.Half(blocks, block);
            for (var part = 0; part < 8; part++)
            {
                var (first, second) = (blocks[block + 2 + (2 * part)], blocks[block + 3 + (2 * part)]);
                Lanes.Store(Lanes.Bits(first, second, 2).AsSByte() - one, scale, values, at + (part * 16));
            }
        }
    }

    /// <summary>The digits of one place of all bytes, then those of the next.</summary>
    private static void StoreDigits(ReadOnlySpan<byte> bytes, int places, float scale, Span<float> values)
    {
        for (var place = 0; place < places; place++)
        {
            for (var i = 0; i < bytes.Length; i++)
            {
                var digit = ((byte)(bytes[i] * Powers[place]) * 3) >> 8;
                values[(place * bytes.Length) + i] = scale * (digit - 1);
            }
        }
    }
}
