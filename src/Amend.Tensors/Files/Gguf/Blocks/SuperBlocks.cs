using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// The K types: 256 elements in sub-blocks of 16 or 32, whose scales are small whole numbers times one of the block
/// (ggml-quants.c, <c>dequantize_row_q2_K</c> to <c>_q6_K</c>).
/// </summary>
internal static class SuperBlocks
{
    private const int Elements = 256;

    /// <summary>16 bytes of scale and minimum in four bits each, 64 of two-bit numbers, d, dmin; x = d sc q - dmin mn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q2_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 84;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var scales = blocks.Slice(block, 16);
            var numbers = blocks.Slice(block + 16, 64);
            var (scale, least) = (Lanes.Half(blocks, block + 80), Lanes.Half(blocks, block + 82));
            for (var part = 0; part < 16; part++)
            {
                var fours = Lanes.Load(numbers, (part / 8 * 32) + (part % 2 * 16));
                Lanes.Store(
                    TwoBits(fours, part % 8 / 2), scale * (scales[part] & 15), -(least * (scales[part] >> 4)), values, at + (part * 16));
            }
        }
    }

    /// <summary>32 bytes of third bits, 64 of two-bit numbers, 12 of six-bit scales, d; x = d (sc - 32) (q - 4).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q3_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 110;
        var middle = Vector128.Create((sbyte)4);
        Span<sbyte> scales = stackalloc sbyte[16];
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var thirds = blocks.Slice(block, 32);
            var numbers = blocks.Slice(block + 32, 64);
            ReadSixBits(blocks.Slice(block + 96, 12), scales);
            var scale = Lanes.Half(blocks, block + 108);
            for (var part = 0; part < 16; part++)
            {
                var column = part % 2 * 16;
                var third = Lanes.Load(thirds, column) >>> (part / 2) & Vector128.Create((byte)1);
                var number = TwoBits(Lanes.Load(numbers, (part / 8 * 32) + column), part % 8 / 2) | (third << 2);
                Lanes.Store(number.AsSByte() - middle, scale * scales[part], values, at + (part * 16));
            }
        }
    }

    /// <summary>d, dmin, 12 bytes of six-bit scales and minima, 128 of four-bit numbers; x = d sc q - dmin mn.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q4_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 144;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var numbers = blocks.Slice(block + 16, 128);
            for (var part = 0; part < 8; part++)
            {
                var (scale, least) = ScaleAndLeast(blocks.Slice(block, 16), part);
                for (var column = 0; column < 32; column += Lanes.Count)
                {
                    var pairs = Lanes.Load(numbers, (part / 2 * 32) + column);
                    Lanes.Store(part % 2 == 0 ? Lanes.Low(pairs) : Lanes.High(pairs), scale, -least, values, at + (part * 32) + column);
                }
            }
        }
    }

    /// <summary>As Q4_K, with 32 bytes of fifth bits before the numbers: bit j of byte l is of element l in sub-block j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q5_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 176;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var fifths = blocks.Slice(block + 16, 32);
            var numbers = blocks.Slice(block + 48, 128);
            for (var part = 0; part < 8; part++)
            {
                var (scale, least) = ScaleAndLeast(blocks.Slice(block, 16), part);
                for (var column = 0; column < 32; column += Lanes.Count)
                {
                    var pairs = Lanes.Load(numbers, (part / 2 * 32) + column);
                    var fifth = (Lanes.Load(fifths, column) >>> part) & Vector128.Create((byte)1);
                    var number = (part % 2 == 0 ? Lanes.Low(pairs) : Lanes.High(pairs)) | (fifth << 4);
                    Lanes.Store(number, scale, -least, values, at + (part * 32) + column);
                }
            }
        }
    }

    /// <summary>128 bytes of lower four bits, 64 of upper two, 16 signed scales, d; x = d sc (q - 32).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q6_K(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 210;
        var middle = Vector128.Create((sbyte)32);
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var lower = blocks.Slice(block, 128);
            var upper = blocks.Slice(block + 128, 64);
            var scales = blocks.Slice(block + 192, 16);
            var scale = Lanes.Half(blocks, block + 208);
            for (var part = 0; part < 16; part++)
            {
                var (half, row, column) = (part / 8, part % 8 / 2, part % 2 * 16);
                var pairs = Lanes.Load(lower, (half * 64) + (row % 2 * 32) + column);
                var number = (row < 2 ? Lanes.Low(pairs) : Lanes.High(pairs))
                    | (TwoBits(Lanes.Load(upper, (half * 32) + column), row) << 4);
                Lanes.Store(number.AsSByte() - middle, scale * (sbyte)scales[part], values, at + (part * 16));
            }
        }
    }

    /// <summary>Of bytes of four numbers, those of a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> TwoBits(Vector128<byte> fours, int place) => (fours >>> (2 * place)) & Vector128.Create((byte)3);

    /// <summary>Scale and minimum of a sub-block of Q4_K and Q5_K: d, dmin, then six bits of each in twelve bytes.</summary>
    private static (float Scale, float Least) ScaleAndLeast(ReadOnlySpan<byte> head, int part)
    {
        var packed = head[4..];
        var (scale, least) = part < 4
            ? (packed[part] & 63, packed[part + 4] & 63)
            : ((packed[part + 4] & 15) | (packed[part - 4] >> 6 << 4), (packed[part + 4] >> 4) | (packed[part] >> 6 << 4));
        return (Lanes.Half(head, 0) * scale, Lanes.Half(head, 2) * least);
    }

    /// <summary>The sixteen scales of Q3_K: four lower bits in eight bytes, two upper in four.</summary>
    private static void ReadSixBits(ReadOnlySpan<byte> packed, Span<sbyte> scales)
    {
        for (var part = 0; part < scales.Length; part++)
        {
            var lower = part < 8 ? packed[part] & 15 : packed[part - 8] >> 4;
            var upper = (packed[8 + (part % 4)] >> (part / 4 * 2)) & 3;
            scales[part] = (sbyte)((lower | (upper << 4)) - 32);
        }
    }
}
