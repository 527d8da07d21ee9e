using System.Buffers.Binary;

namespace Amend.Tensors.Tests.Files.Gguf;

/// <summary>Blocks made to numbers an element at a time, as ggml-quants.c does it: what the vectorised readers are tested against.</summary>
internal static class PlainBlocks
{
    private static readonly int[] UnevenSteps = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113];
    private static readonly float[] SmallFloats = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, 0, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    /// <summary>Element i of one block, by type.</summary>
    public static IReadOnlyDictionary<string, Func<byte[], int, float>> Element { get; } = new Dictionary<string, Func<byte[], int, float>>
    {
        ["Q4_0"] = (block, i) => Half(block, 0) * (Nibble(block, 2, i) - 8),
        ["Q4_1"] = (block, i) => (Half(block, 0) * Nibble(block, 4, i)) + Half(block, 2),
        ["Q5_0"] = (block, i) => Half(block, 0) * ((Nibble(block, 6, i) | (Bit(block, 2, i) << 4)) - 16),
        ["Q5_1"] = (block, i) => (Half(block, 0) * (Nibble(block, 8, i) | (Bit(block, 4, i) << 4))) + Half(block, 2),
        ["Q8_0"] = (block, i) => Half(block, 0) * (sbyte)block[2 + i],
        ["Q2_K"] = Q2_K,
        ["IQ4_XS"] = IQ4_XS,
        ["TQ1_0"] = TQ1_0,
        ["TQ2_0"] = (block, i) => Half(block, 64) * (((block[(i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2)) & 3) - 1),
        ["NVFP4"] = NVFP4,
        ["Q1_0"] = (block, i) => Bit(block, 2, i) == 1 ? Half(block, 0) : -Half(block, 0),
    };

    private static float Q2_K(byte[] block, int i)
    {
        var scale = block[i / 16];
        var number = (block[16 + (i / 128 * 32) + (i % 32)] >> (i % 128 / 32 * 2)) & 3;
        return (Half(block, 80) * (scale & 15) * number) - (Half(block, 82) * (scale >> 4));
    }

    private static float IQ4_XS(byte[] block, int i)
    {
        var part = i / 32;
        var lower = (block[4 + (part / 2)] >> (part % 2 * 4)) & 15;
        var upper = (BinaryPrimitives.ReadUInt16LittleEndian(block.AsSpan(2)) >> (part * 2)) & 3;
        return Half(block, 0) * ((lower | (upper << 4)) - 32) * UnevenSteps[Nibble(block, 8 + (part * 16), i % 32)];
    }

    private static float TQ1_0(byte[] block, int i)
    {
        var (at, place) = i switch
        {
            < 160 => (i % 32, i / 32),
            < 240 => (32 + ((i - 160) % 16), (i - 160) / 16),
            _ => (48 + ((i - 240) % 4), (i - 240) / 4),
        };
        var shifted = (byte)(block[at] * (int)Math.Pow(3, place));
        return Half(block, 52) * (((shifted * 3) >> 8) - 1);
    }

    private static float NVFP4(byte[] block, int i)
    {
        var (code, pair) = (block[i / 16], block[4 + (i / 16 * 8) + (i % 8)]);
        var (exponent, mantissa) = ((code >> 3) & 15, code & 7);
        var scale = exponent == 0 ? mantissa / 512f : (1 + (mantissa / 8f)) * MathF.Pow(2, exponent - 7);
        return scale * SmallFloats[i % 16 < 8 ? pair & 15 : pair >> 4];
    }

    private static float Half(byte[] block, int at) => (float)BitConverter.ToHalf(block, at);

    /// <summary>Of 16 bytes from a place on, element i of 32: the lower halves first.</summary>
    private static int Nibble(byte[] block, int at, int i) => (block[at + (i % 16)] >> (i / 16 * 4)) & 15;

    private static int Bit(byte[] block, int at, int i) => (block[at + (i / 8)] >> (i % 8)) & 1;
}
