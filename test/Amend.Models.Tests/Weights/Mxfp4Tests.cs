using Amend.Models.Weights;

namespace Amend.Models.Tests.Weights;

public sealed class Mxfp4Tests
{
    [Fact]
    public void The_first_number_of_a_pair_is_in_the_low_half()
    {
        byte[] block = [0x21, 0x43, 0x65, 0x87, 0xA9, 0xCB, 0xED, 0x0F, .. new byte[8]];

        var numbers = Unpack(block, 127);

        Assert.Equal([0.5f, 1, 1.5f, 2, 3, 4, 6, -0f, -0.5f, -1, -1.5f, -2, -3, -4, -6, 0], numbers[..16]);
        Assert.True(float.IsNegative(numbers[7]));
        Assert.All(numbers[16..], number => Assert.Equal(0, number));
    }

    [Theory]
    [InlineData(127, 6)]
    [InlineData(128, 12)]
    [InlineData(124, 0.75)]
    [InlineData(0, 6 * 5.877471754111438e-39)] // 6 times 2^-127.
    [InlineData(251, 6 * 2.1267647932558654e37)] // 6 times 2^124: of larger exponents float32 does not hold every number.
    [InlineData(255, double.NaN)]
    public void A_block_has_a_power_of_two_as_its_scale(byte exponent, double number) =>
        Assert.All(Unpack([.. Enumerable.Repeat((byte)0x77, 16)], exponent), found => Assert.Equal((float)number, found));

    [Fact]
    public void Every_number_packed_comes_back()
    {
        var random = new Random(5);
        float[] small = [0, 0.5f, 1, 1.5f, 2, 3, 4, 6];
        var (blocks, exponents, wanted) = (new byte[64 * 16], new byte[64], new float[64 * 32]);
        for (var i = 0; i < wanted.Length; i++)
        {
            if (i % 32 == 0)
                exponents[i / 32] = (byte)random.Next(1, 252);
            var (number, isNegative) = (random.Next(8), random.Next(2) == 1);
            wanted[i] = (isNegative ? -small[number] : small[number]) * MathF.Pow(2, exponents[i / 32] - 127);
            blocks[i / 2] |= (byte)((number + (isNegative ? 8 : 0)) << (i % 2 * 4));
        }

        var found = new float[wanted.Length];
        Mxfp4.Unpack(blocks, exponents, found);

        Assert.Equal(wanted, found);
    }

    private static float[] Unpack(byte[] block, byte exponent)
    {
        var numbers = new float[32];
        Mxfp4.Unpack(block, [exponent], numbers);
        return numbers;
    }
}
