using System.Numerics;
using System.Runtime.Intrinsics;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// Rounds rows of float32 to the small floats of MXFP4 (ggml-quants.c, <c>quantize_row_mxfp4_ref</c>; OCP Microscaling Formats, E2M1).
/// </summary>
internal static class CodebookQuantisers
{
    /// <summary>What lies halfway between a small float and the next, in units of the scale; no magnitude exceeds the last.</summary>
    private static readonly Vector256<float> Middles =
        Vector256.Create(0.25f, 0.75f, 1.25f, 1.75f, 2.5f, 3.5f, 5, float.PositiveInfinity);

    /// <summary>e = floor(log2(largest magnitude)) - 2 + 127; q = the nearest E2M1 to x / 2^(e - 127), the smaller of two.</summary>
    public static void MXFP4(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 17;
        const int Elements = 32;
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var row = values.Slice(at, Elements);
            var exponent = Exponent(MathF.Abs(Scales.Largest(row)));
            var middles = Middles * MathF.ScaleB(1, exponent - 127);
            blocks[block] = (byte)exponent;
            for (var j = 0; j < Elements / 2; j++)
                blocks[block + 1 + j] = (byte)(Code(row[j], middles) | (Code(row[j + (Elements / 2)], middles) << 4));
        }
    }

    /// <summary>The exponent byte, from 0 to 254; 0 where the largest magnitude is 0 or no number.</summary>
    private static int Exponent(float largest)
    {
        if (!(largest > 0))
            return 0;

        // The reference's logarithm is a float32, which is whole already for the last number below a power of two.
        var logarithm = (float)Math.Log2(largest);
        return (int)Math.Clamp(MathF.Floor(logarithm) - 2 + 127, 0, 254);
    }

    /// <summary>How many middles the magnitude exceeds, with the sign in bit 3 unless there are none.</summary>
    private static int Code(float value, Vector256<float> middles)
    {
        const int Sign = 8;
        var code = BitOperations.PopCount(Vector256.GreaterThan(Vector256.Create(MathF.Abs(value)), middles).ExtractMostSignificantBits());
        return code > 0 && value < 0 ? code | Sign : code;
    }
}
