using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// The types of four-bit numbers that name one of sixteen values: the uneven steps of IQ4_NL and IQ4_XS, and the small floats of
/// MXFP4 and NVFP4 (ggml-quants.c; OCP Microscaling Formats, E2M1).
/// </summary>
internal static class CodebookBlocks
{
    /// <summary>The values of IQ4_NL (ggml-common.h, <c>kvalues_iq4nl</c>).</summary>
    private static readonly Vector128<sbyte> UnevenSteps =
        Vector128.Create(-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113);

    /// <summary>Twice the values of a float of two exponent bits and one of mantissa, then their negatives.</summary>
    private static readonly Vector128<sbyte> SmallFloats = Vector128.Create(0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12);

    /// <summary>d (half), 16 bytes of pairs as in Q4_0; x = d value(q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ4_NL(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 18;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += 32)
            StorePairs(Lanes.Load(blocks, block + 2), UnevenSteps, Lanes.Half(blocks, block), values, at);
    }

    /// <summary>d, upper two bits of eight scales, their lower four, 128 bytes of pairs; x = d (sc - 32) value(q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void IQ4_XS(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 136;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += 256)
        {
            var scale = Lanes.Half(blocks, block);
            var upper = BinaryPrimitives.ReadUInt16LittleEndian(blocks[(block + 2)..]);
            for (var part = 0; part < 8; part++)
            {
                var lower = (blocks[block + 4 + (part / 2)] >> (part % 2 * 4)) & 15;
                var number = (lower | (((upper >> (2 * part)) & 3) << 4)) - 32;
                StorePairs(Lanes.Load(blocks, block + 8 + (part * 16)), UnevenSteps, scale * number, values, at + (part * 32));
            }
        }
    }

    /// <summary>An exponent byte, 16 bytes of pairs; x = 2^(e - 127) E2M1(q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MXFP4(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 17;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += 32)
            StorePairs(Lanes.Load(blocks, block + 1), SmallFloats, HalfPowerOfTwo(blocks[block]), values, at);
    }

    /// <summary>Four scales of eight bits (E4M3 without sign), each for 16 elements in 8 bytes of pairs; x = scale E2M1(q).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void NVFP4(ReadOnlySpan<byte> blocks, Span<float> values)
    {
        const int Bytes = 36;
        for (int block = 0, at = 0; block < blocks.Length; block += Bytes, at += 64)
        {
            for (var part = 0; part < 4; part++)
            {
                var pairs = BinaryPrimitives.ReadUInt64LittleEndian(blocks[(block + 4 + (part * 8))..]);
                var numbers = Lanes.Low(Vector128.Create(pairs, pairs >> 4).AsByte());
                var doubled = Vector128.Shuffle(SmallFloats, numbers.AsSByte());
                Lanes.Store(doubled, HalfEightBits(blocks[block + part]), values, at + (part * 16));
            }
        }
    }

    private static void StorePairs(Vector128<byte> pairs, Vector128<sbyte> book, float scale, Span<float> values, int at)
    {
        Lanes.Store(Vector128.Shuffle(book, Lanes.Low(pairs).AsSByte()), scale, values, at);
        Lanes.Store(Vector128.Shuffle(book, Lanes.High(pairs).AsSByte()), scale, values, at + Lanes.Count);
    }

    /// <summary>Half of 2^(e - 127), subnormal for the two smallest exponents; the halves make up for the doubled values.</summary>
    private static float HalfPowerOfTwo(byte exponent) =>
        BitConverter.UInt32BitsToSingle(exponent < 2 ? 0x00200000u << exponent : (uint)(exponent - 1) << 23);

    /// <summary>Half of a float of four exponent bits (bias 7) and three of mantissa; its two codes that are no number are 0.</summary>
    private static float HalfEightBits(byte code)
    {
        const int NotANumber = 0x7F;
        var (exponent, mantissa) = ((code >> 3) & 15, code & 7);
        if (code is 0 or NotANumber)
            return 0;
        return exponent == 0 ? mantissa * MathF.ScaleB(1, -10) : (8 + mantissa) * MathF.ScaleB(1, exponent - 11);
    }
}
