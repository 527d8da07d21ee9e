using System.Buffers.Binary;

namespace Amend.Tensors.Files.Gguf.Blocks;

/// <summary>
/// Rounds rows of float32 to the types of even steps that are written (ggml-quants.c, <c>quantize_row_q4_0_ref</c> to
/// <c>_q8_0_ref</c>). Numbers come from the reciprocal of the float32 scale; only then is the scale rounded to half precision.
/// </summary>
internal static class RoundQuantisers
{
    private const int Elements = 32;

    /// <summary>d = (the first element of largest magnitude) / -8; q = trunc(x / d + 8.5), at most 15.</summary>
    public static void Q4_0(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 18;
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var row = values.Slice(at, Elements);
            var scale = Scales.Largest(row) / -8;
            BinaryPrimitives.WriteHalfLittleEndian(blocks[block..], (Half)scale);
            WritePairs(row, 0, Scales.Reciprocal(scale), 8.5f, blocks.Slice(block + 2, Elements / 2));
        }
    }

    /// <summary>d = (largest - least) / 15, m = least; q = trunc((x - m) / d + 0.5), at most 15.</summary>
    public static void Q4_1(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 20;
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var row = values.Slice(at, Elements);
            var (least, largest) = Scales.Limits(row);
            var scale = (largest - least) / 15;
            BinaryPrimitives.WriteHalfLittleEndian(blocks[block..], (Half)scale);
            BinaryPrimitives.WriteHalfLittleEndian(blocks[(block + 2)..], (Half)least);
            WritePairs(row, least, Scales.Reciprocal(scale), 0.5f, blocks.Slice(block + 4, Elements / 2));
        }
    }

    /// <summary>d = (the first element of largest magnitude) / -16; q = trunc(x / d + 16.5), at most 31.</summary>
    public static void Q5_0(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 22;
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var row = values.Slice(at, Elements);
            var scale = Scales.Largest(row) / -16;
            BinaryPrimitives.WriteHalfLittleEndian(blocks[block..], (Half)scale);
            WriteFiveBits(row, 0, Scales.Reciprocal(scale), 16.5f, blocks.Slice(block + 2, Bytes - 2));
        }
    }

    /// <summary>d = (largest - least) / 31, m = least; q = trunc((x - m) / d + 0.5), at most 31.</summary>
    public static void Q5_1(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 24;
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var row = values.Slice(at, Elements);
            var (least, largest) = Scales.Limits(row);
            var scale = (largest - least) / 31;
            BinaryPrimitives.WriteHalfLittleEndian(blocks[block..], (Half)scale);
            BinaryPrimitives.WriteHalfLittleEndian(blocks[(block + 2)..], (Half)least);
            WriteFiveBits(row, least, Scales.Reciprocal(scale), 0.5f, blocks.Slice(block + 4, Bytes - 4));
        }
    }

    /// <summary>d = (largest magnitude) / 127; q = x / d rounded, halves away from zero.</summary>
    public static void Q8_0(ReadOnlySpan<float> values, Span<byte> blocks)
    {
        const int Bytes = 34;
        for (int block = 0, at = 0; at < values.Length; block += Bytes, at += Elements)
        {
            var row = values.Slice(at, Elements);
            var scale = MathF.Abs(Scales.Largest(row)) / 127;
            var inverse = Scales.Reciprocal(scale);
            BinaryPrimitives.WriteHalfLittleEndian(blocks[block..], (Half)scale);
            for (var i = 0; i < Elements; i++)
                blocks[block + 2 + i] = (byte)(sbyte)MathF.Round(row[i] * inverse, MidpointRounding.AwayFromZero);
        }
    }

    private static void WritePairs(ReadOnlySpan<float> row, float least, float inverse, float half, Span<byte> pairs)
    {
        for (var j = 0; j < pairs.Length; j++)
            pairs[j] = (byte)(FourBits(row[j]) | (FourBits(row[j + pairs.Length]) << 4));

        int FourBits(float value) => Math.Min(15, (int)(((value - least) * inverse) + half));
    }

    /// <summary>Four bytes of fifth bits and sixteen of pairs.</summary>
    private static void WriteFiveBits(ReadOnlySpan<float> row, float least, float inverse, float half, Span<byte> bytes)
    {
        var fifths = 0u;
        var pairs = bytes[sizeof(uint)..];
        for (var j = 0; j < pairs.Length; j++)
        {
            var (lower, upper) = (FiveBits(row[j]), FiveBits(row[j + pairs.Length]));
            pairs[j] = (byte)((lower & 15) | (upper << 4));
            fifths |= ((lower >> 4) << j) | ((upper >> 4) << (j + pairs.Length));
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes, fifths);

        uint FiveBits(float value) => Math.Min(31, (uint)(((value - least) * inverse) + half));
    }
}
