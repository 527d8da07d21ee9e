using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// The IQ2 and IQ3 types: eight or four elements at a time are a point of a grid, with a sign each (ggml-quants.c,
/// <c>dequantize_row_iq2_xxs</c> to <c>_iq3_s</c>). 256 elements a block, in parts of 32.
/// </summary>
internal static class GridBlocks
{
    private const int Elements = 256;
    private const int Parts = 8;
    private const int PartElements = Elements / Parts;

    private static readonly ulong[] PointsXxs2 = Grid.OfEight(GridTables.IQ2_XXS, 8, 25, 43);
    private static readonly ulong[] PointsXs2 = Grid.OfEight(GridTables.IQ2_XS, 8, 25, 43);
    private static readonly ulong[] PointsS2 = Grid.OfEight(GridTables.IQ2_S, 8, 25, 43);
    private static readonly uint[] PointsXxs3 = Grid.OfFour(GridTables.IQ3_XXS, 4, 12, 20, 28, 36, 44, 52, 62);
    private static readonly uint[] PointsS3 = Grid.OfFour(GridTables.IQ3_S, 1, 3, 5, 7, 9, 11, 13, 15);

    /// <summary>d; a part has four points of 8 bits, then four times seven signs and a scale; x = d (sc + 1/2) / 4 × point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ2_XXS(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 66;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scale = Lanes.Half(blocks, block);
            for (var part = 0; part < Parts; part++, at += PartElements)
            {
                var points = blocks.Slice(block + 2 + (8 * part), 4);
                var signs = BinaryPrimitives.ReadUInt32LittleEndian(blocks[(block + 6 + (8 * part))..]);
                var factor = scale * (0.5f + (signs >> 28)) * 0.25f;
                Store(PointsXxs2[points[0]], PointsXxs2[points[1]], Signs(signs), Signs(signs >> 7), factor, values[at..]);
                Store(PointsXxs2[points[2]], PointsXxs2[points[3]], Signs(signs >> 14), Signs(signs >> 21), factor, values[(at + 16)..]);
            }
        }
    }

    /// <summary>d, 32 points of 9 bits with seven signs, 16 scales of 4 bits; x = d (sc + 1/2) / 4 × point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ2_XS(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 74;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scale = Lanes.Half(blocks, block);
            for (var pair = 0; pair < 2 * Parts; pair++, at += Lanes.Count)
            {
                var first = BinaryPrimitives.ReadUInt16LittleEndian(blocks[(block + 2 + (4 * pair))..]);
                var second = BinaryPrimitives.ReadUInt16LittleEndian(blocks[(block + 4 + (4 * pair))..]);
                var factor = scale * (0.5f + FourBits(blocks[block + 66 + (pair / 2)], pair)) * 0.25f;
                var (firstSigns, secondSigns) = (Signs((uint)first >> 9), Signs((uint)second >> 9));
                Store(PointsXs2[first & 511], PointsXs2[second & 511], firstSigns, secondSigns, factor, values[at..]);
            }
        }
    }

    /// <summary>d, 32 points' lower 8 bits, 32 bytes of signs, the points' upper 2 bits, 16 scales; x = d (sc + 1/2) / 4 × point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ2_S(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 82;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scale = Lanes.Half(blocks, block);
            var points = blocks.Slice(block + 2, 32);
            var signs = blocks.Slice(block + 34, 32);
            var uppers = blocks.Slice(block + 66, 8);
            for (var pair = 0; pair < 2 * Parts; pair++, at += Lanes.Count)
            {
                var upper = FourBits(uppers[pair / 2], pair);
                var first = PointsS2[points[2 * pair] | ((upper & 3) << 8)];
                var second = PointsS2[points[(2 * pair) + 1] | (upper >> 2 << 8)];
                var factor = scale * (0.5f + FourBits(blocks[block + 74 + (pair / 2)], pair)) * 0.25f;
                Store(first, second, signs[2 * pair], signs[(2 * pair) + 1], factor, values[at..]);
            }
        }
    }

    /// <summary>d, 64 points of 8 bits, for each part four times seven signs and a scale; x = d (sc + 1/2) / 2 × point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ3_XXS(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 98;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scale = Lanes.Half(blocks, block);
            for (var part = 0; part < Parts; part++)
            {
                var points = blocks.Slice(block + 2 + (8 * part), 8);
                var signs = BinaryPrimitives.ReadUInt32LittleEndian(blocks[(block + 66 + (4 * part))..]);
                var factor = scale * (0.5f + (signs >> 28)) * 0.5f;
                for (var eight = 0; eight < 4; eight += 2, at += Lanes.Count)
                {
                    var (first, second) = (Signs(signs >> (7 * eight)), Signs(signs >> (7 * (eight + 1))));
                    Store(Pair(PointsXxs3, points[2 * eight], points[(2 * eight) + 1]),
                        Pair(PointsXxs3, points[(2 * eight) + 2], points[(2 * eight) + 3]), first, second, factor, values[at..]);
                }
            }
        }
    }

    /// <summary>d, 64 points' lower 8 bits, their upper bits, 32 bytes of signs, 8 scales; x = d (1 + 2 sc) × point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ3_S(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 110;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes)
        {
            var scale = Lanes.Half(blocks, block);
            for (var pair = 0; pair < 2 * Parts; pair++, at += Lanes.Count)
            {
                var points = blocks.Slice(block + 2 + (4 * pair), 4);
                var upper = FourBits(blocks[block + 66 + (pair / 2)], pair);
                var first = Pair(PointsS3, points[0] | ((upper & 1) << 8), points[1] | ((upper & 2) << 7));
                var second = Pair(PointsS3, points[2] | ((upper & 4) << 6), points[3] | ((upper & 8) << 5));
                var factor = scale * (1 + (2 * FourBits(blocks[block + 106 + (pair / 4)], pair / 2)));
                var signs = blocks.Slice(block + 74 + (2 * pair), 2);
                Store(first, second, signs[0], signs[1], factor, values[at..]);
            }
        }
    }

    /// <summary>The eight signs of seven bits: the eighth makes the number of minuses even.</summary>
    private static byte Signs(uint bits)
    {
        var seven = bits & 127;
        return (byte)(seven | ((uint)(BitOperations.PopCount(seven) & 1) << 7));
    }

    /// <summary>The lower half of a byte for even places, the upper for odd ones.</summary>
    private static int FourBits(byte pair, int place) => (pair >> (place % 2 * 4)) & 15;

    private static ulong Pair(uint[] points, int first, int second) => points[first] | ((ulong)points[second] << 32);

    /// <summary>Stores sixteen coordinates, negative where the sign's bit is set, times a factor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(ulong first, ulong second, byte firstSigns, byte secondSigns, float factor, Span<float> values)
    {
        var minus = Lanes.Bits(firstSigns, secondSigns, byte.MaxValue).AsSByte();
        var point = Vector128.Create(first, second).AsSByte();
        Lanes.Store((point ^ minus) - minus, factor, values, 0);
    }
}
