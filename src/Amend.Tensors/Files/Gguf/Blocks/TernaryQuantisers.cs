using System.Buffers.Binary;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// Rounds rows of float32 to the types of three values (ggml-quants.c, <c>quantize_row_tq1_0_ref</c>, <c>_tq2_0_ref</c>):
/// d = the largest magnitude; digit = x / d rounded, halves away from zero, plus 1.
/// </summary>
internal static class TernaryQuantisers
{
    private const int Elements = 256;

    /// <summary>48 bytes of five ternary digits, 4 of four, d.</summary>
    public static void TQ1_0(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 54;
        Span<byte> digits = stackalloc byte[Elements];
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var scale = Round(values.Slice(at, Elements), digits);
            Pack(digits[..160], blocks.Slice(block, 32));
            Pack(digits[160..240], blocks.Slice(block + 32, 16));
            Pack(digits[240..], blocks.Slice(block + 48, 4));
            BinaryPrimitives.WriteHalfLittleEndian(blocks[(block + 52)..], (Half)scale);
        }
    }

    /// <summary>64 bytes of four two-bit digits, d.</summary>
    public static void TQ2_0(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 66;
        Span<byte> digits = stackalloc byte[Elements];
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var scale = Round(values.Slice(at, Elements), digits);
            for (var i = 0; i < 64; i++)
            {
                var four = digits[((i / 32 * 128) + (i % 32))..];
                blocks[block + i] = (byte)(four[0] | (four[32] << 2) | (four[64] << 4) | (four[96] << 6));
            }

            BinaryPrimitives.WriteHalfLittleEndian(blocks[(block + 64)..], (Half)scale);
        }
    }

    /// <summary>The digits of a block, and its scale.</summary>
    private static float Round(ReadOnlySpan<float> row, Span<byte> digits)
    {
        var scale = MathF.Abs(Scales.Largest(row));
        var inverse = Scales.Reciprocal(scale);
        for (var i = 0; i < row.Length; i++)
        {
            digits[i] = (row[i] * inverse) switch
            {
                >= 0.5f => 2,
                <= -0.5f => 0,
                _ => 1,
            };
        }

        return scale;
    }

    /// <summary>
    /// Byte i holds digit i of each place, the first as the highest of a number of five ternary digits whose last are 0 where
    /// places are fewer: that number times 256 / 243, rounded up.
    /// </summary>
    private static void Pack(ReadOnlySpan<byte> digits, Span<byte> bytes)
    {
        const int Places = 5;
        const int Powers = 243;
        for (var i = 0; i < bytes.Length; i++)
        {
            var number = 0;
            for (var place = 0; place < Places; place++)
            {
                var at = (place * bytes.Length) + i;
                number = (number * 3) + (at < digits.Length ? digits[at] : 0);
            }

            bytes[i] = (byte)(((number * 256) + Powers - 1) / Powers);
        }
    }
}
