using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// The IQ1 types: eight elements at a time are a point of a grid of -1, 0 and 1, all shifted by an eighth up or down
/// (ggml-quants.c, <c>dequantize_row_iq1_s</c> and <c>_iq1_m</c>). 256 elements a block.
/// </summary>
/// <remarks>Eight times the shifted coordinates are whole numbers and an eighth of a factor is exact, so the product is the same.</remarks>
internal static class ShiftedGridBlocks
{
    private const int Elements = 256;
    private const float Eighth = 0.125f;

    private static readonly ulong[] EightfoldPoints = Grid.OfEight(GridTables.IQ1, -8, 0, 8);

    /// <summary>
    /// d, 32 points' lower 8 bits; for each four of them the upper 3 bits, a scale and a shift; x = d (2 sc + 1) (point ± 1/8).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ1_S(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 50;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scale = Lanes.Half(blocks, block);
            for (var pair = 0; pair < Elements / Lanes.Count; pair++, at += Lanes.Count)
            {
                var head = BinaryPrimitives.ReadUInt16LittleEndian(blocks[(block + 34 + (pair / 2 * 2))..]);
                var uppers = head >> (pair % 2 * 6);
                var first = EightfoldPoints[blocks[block + 2 + (2 * pair)] | ((uppers & 7) << 8)];
                var second = EightfoldPoints[blocks[block + 3 + (2 * pair)] | ((uppers & 56) << 5)];
                var shift = Vector128.Create(Shift(head >> 15));
                var factor = scale * ((2 * ((head >> 12) & 7)) + 1);
                Lanes.Store(Vector128.Create(first, second).AsSByte() + shift, factor * Eighth, values, at);
            }
        }
    }

    /// <summary>
    /// 32 points' lower 8 bits, their upper 3 with a shift each, 16 scales of 3 bits, d in the upper 4 bits of each four of them;
    /// x = d (2 sc + 1) (point ± 1/8).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ1_M(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 56;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scales = BinaryPrimitives.ReadUInt64LittleEndian(blocks[(block + 48)..]);
            var scale = (float)BitConverter.UInt16BitsToHalf((ushort)(((scales >> 12) & 0xF) | ((scales >> 24) & 0xF0)
                | ((scales >> 36) & 0xF00) | ((scales >> 48) & 0xF000)));
            for (var pair = 0; pair < Elements / Lanes.Count; pair++, at += Lanes.Count)
            {
                int uppers = blocks[block + 32 + pair];
                var first = EightfoldPoints[blocks[block + (2 * pair)] | ((uppers & 7) << 8)];
                var second = EightfoldPoints[blocks[block + (2 * pair) + 1] | ((uppers & 0x70) << 4)];
                var shift = Lanes.Halves((byte)Shift(uppers >> 3), (byte)Shift(uppers >> 7)).AsSByte();
                var factor = scale * ((2 * (int)((scales >> ((pair / 4 * 16) + (pair % 4 * 3))) & 7)) + 1);
                Lanes.Store(Vector128.Create(first, second).AsSByte() + shift, factor * Eighth, values, at);
            }
        }
    }

    private static sbyte Shift(int bit) => (bit & 1) == 0 ? (sbyte)1 : (sbyte)-1;
}
