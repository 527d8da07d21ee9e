using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// The types of 32 elements that are rounded to even steps (ggml-quants.c, <c>dequantize_row_q4_0</c> to <c>_q8_0</c>). Byte j of
/// the four- and five-bit types holds elements j (lower half) and j + 16 (upper half).
/// </summary>
internal static class RoundBlocks
{
    private const int Elements = 32;

    /// <summary>d (half), 16 bytes; x = d (q - 8).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q4_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 18;
        var middle = Vector128.Create((sbyte)8);
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var scale = Lanes.Half(blocks, block);
            var pairs = Lanes.Load(blocks, block + 2);
            Lanes.Store(Lanes.Low(pairs).AsSByte() - middle, scale, values, at);
            Lanes.Store(Lanes.High(pairs).AsSByte() - middle, scale, values, at + Lanes.Count);
        }
    }

    /// <summary>d, m (halves), 16 bytes; x = d q + m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q4_1(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 20;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var (scale, least) = (Lanes.Half(blocks, block), Lanes.Half(blocks, block + 2));
            var pairs = Lanes.Load(blocks, block + 4);
            Lanes.Store(Lanes.Low(pairs), scale, least, values, at);
            Lanes.Store(Lanes.High(pairs), scale, least, values, at + Lanes.Count);
        }
    }

    /// <summary>d (half), 32 fifth bits, 16 bytes; x = d (q - 16).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q5_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 22;
        var middle = Vector128.Create((sbyte)16);
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var scale = Lanes.Half(blocks, block);
            var (lower, upper) = FiveBits(blocks.Slice(block + 2, Bytes - 2));
            Lanes.Store(lower.AsSByte() - middle, scale, values, at);
            Lanes.Store(upper.AsSByte() - middle, scale, values, at + Lanes.Count);
        }
    }

    /// <summary>d, m (halves), 32 fifth bits, 16 bytes; x = d q + m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q5_1(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 24;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var (scale, least) = (Lanes.Half(blocks, block), Lanes.Half(blocks, block + 2));
            var (lower, upper) = FiveBits(blocks.Slice(block + 4, Bytes - 4));
            Lanes.Store(lower, scale, least, values, at);
            Lanes.Store(upper, scale, least, values, at + Lanes.Count);
        }
    }

    /// <summary>d (half), 32 signed bytes; x = d q.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Q8_0(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 34;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += Elements)
        {
            var scale = Lanes.Half(blocks, block);
            Lanes.Store(Lanes.Load(blocks, block + 2).AsSByte(), scale, values, at);
            Lanes.Store(Lanes.Load(blocks, block + 2 + Lanes.Count).AsSByte(), scale, values, at + Lanes.Count);
        }
    }

    /// <summary>Four bytes of fifth bits and sixteen of pairs.</summary>
    private static (Vector128<byte> Lower, Vector128<byte> Upper) FiveBits(ReadOnlySpan<byte> bytes)
    {
        const byte Fifth = 16;
        var pairs = Lanes.Load(bytes, sizeof(uint));
        return (Lanes.Low(pairs) | Lanes.Bits(bytes[0], bytes[1], Fifth), Lanes.High(pairs) | Lanes.Bits(bytes[2], bytes[3], Fifth));
    }
}
