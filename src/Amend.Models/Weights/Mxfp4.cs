namespace Amend.Models.Weights;

/// <summary>
/// MXFP4 of the OCP Microscaling Formats (MX) specification, version 1.0: 32 floats of four bits (E2M1), two a byte and the first in the
/// low half, share an exponent of eight bits (E8M0).
/// </summary>
internal static class Mxfp4
{
    /// <summary>The numbers of a block.</summary>
    public const int BlockNumbers = 2 * BlockBytes;

    /// <summary>The bytes of a block, beside its exponent.</summary>
    public const int BlockBytes = 16;

    private const int ExponentBias = 127;
    private const int NoNumber = 255;

    /// <summary>What four bits are: the upper half the negatives of the lower.</summary>
    private static readonly float[] SmallFloats = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6];

    private static readonly float[] Scales =
        [.. Enumerable.Range(0, NoNumber).Select(exponent => MathF.ScaleB(1, exponent - ExponentBias)), float.NaN];

    /// <summary>
    /// The numbers of blocks, each 2^(e - 127) times its small float, in float32, which holds them exactly up to its largest number; NaN
    /// where e is 255.
    /// </summary>
    /// <param name="blocks">The bytes of N blocks.</param>
    /// <param name="exponents">The exponent e of each, N.</param>
    /// <param name="numbers">Receives 32 N numbers.</param>
    public static void Unpack(ReadOnlySpan<byte> blocks, ReadOnlySpan<byte> exponents, Span<float> numbers)
    {
        for (var block = 0; block < exponents.Length; block++)
        {
            var scale = Scales[exponents[block]];
            var bytes = blocks.Slice(block * BlockBytes, BlockBytes);
            var target = numbers.Slice(block * BlockNumbers, BlockNumbers);
            for (var i = 0; i < BlockBytes; i++)
            {
                target[2 * i] = scale * SmallFloats[bytes[i] & 15];
                target[(2 * i) + 1] = scale * SmallFloats[bytes[i] >> 4];
            }
        }
    }
}
