using Amend.Tensors.Files.Gguf;

namespace Amend.Tensors.Tests.Files.Gguf;

public sealed class GgufQuantiserTests
{
    public static TheoryData<string> Written =>
        [.. GgufType.All.Where(type => type.IsWritten && type.BlockElements > 1).Select(type => type.Name)];

    [Fact]
    public void Five_digits_of_three_values_are_packed_into_a_byte_the_first_on_top()
    {
        var block = Blocks("TQ1_0", Ternary());

        byte[] expected = [.. Enumerable.Repeat((byte)128, 48), .. Enumerable.Repeat((byte)127, 4), .. BitConverter.GetBytes((Half)0.5f)];
        expected[0] = 191; // Digits 2, 0, 2, 0, 1 are 181 of 243.
        expected[32] = 213; // Digits 2, 1, 1, 1, 1 are 202.
        expected[48] = 42; // Digits 0, 1, 1, 1 and none are 39.
        Assert.Equal(expected, block);
    }

    [Fact]
    public void Four_digits_of_three_values_are_packed_into_a_byte_the_first_below()
    {
        var block = Blocks("TQ2_0", Ternary());

        byte[] expected = [.. Enumerable.Repeat((byte)0x55, 64), .. BitConverter.GetBytes((Half)0.5f)];
        (expected[0], expected[32], expected[48]) = (0x22, 0x59, 0x15);
        Assert.Equal(expected, block);
    }

    [Fact]
    public void Halves_between_small_floats_go_to_the_smaller_magnitude()
    {
        var row = new float[32];
        (row[0], row[1], row[2], row[3], row[4]) = (7.9f, 5, 3.5f, 0.25f, 0.26f);
        (row[16], row[17], row[18], row[19], row[20]) = (-7.9f, -5.01f, -0.75f, -0.25f, -0f);

        var block = Blocks("MXFP4", row);

        byte[] expected = [127, 0xF7, 0xF6, 0x95, 0x00, 0x01, .. new byte[11]];
        Assert.Equal(expected, block);
    }

    [Theory]
    [InlineData(4f, 127)]
    [InlineData(7.9999f, 127)]
    [InlineData(7.9999995f, 128)] // The float32 before 8, whose logarithm is 3 in float32.
    [InlineData(1e-38f, 0)]
    [InlineData(0f, 0)]
    [InlineData(float.MaxValue, 253)]
    [InlineData(float.PositiveInfinity, 254)]
    public void The_exponent_is_that_of_the_largest_magnitude_less_two(float largest, int exponent)
    {
        var row = new float[32];
        row[7] = -largest;

        Assert.Equal(exponent, Blocks("MXFP4", row)[0]);
    }

    [Theory]
    [InlineData("Q5_0", new byte[] { 0x00, 0x3C })]
    [InlineData("Q5_1", new byte[] { 0x00, 0x3C, 0x00, 0xCC })]
    public void The_fifth_bits_of_numbers_stand_before_their_other_four(string type, byte[] scales)
    {
        var row = new float[32];
        (row[0], row[1], row[17]) = (-16, -15, 15); // Numbers 0, 1 and 31; zeros are 16.

        byte[] expected = [.. scales, 0xFC, 0xFF, 0xFF, 0xFF, 0x00, 0xF1, .. new byte[14]];
        Assert.Equal(expected, Blocks(type, row));
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void What_was_read_from_blocks_is_written_to_the_same_values(string name)
    {
        var type = GgufType.Find(name);
        var random = new Random(name.Length);
        var values = new float[20 * type.BlockElements];
        for (var i = 0; i < values.Length; i++)
            values[i] = (random.NextSingle() - 0.5f) * (1 + (i / type.BlockElements));
        var (once, twice) = (Read(type, Blocks(name, values)), new float[values.Length]);

        type.ReadBlocks!(Blocks(name, once), twice);

        Assert.Equal(once, twice);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Values_that_are_no_numbers_or_too_small_fill_exactly_their_blocks(string name)
    {
        var type = GgufType.Find(name);
        foreach (var odd in new[] { float.NaN, float.NegativeInfinity, float.MaxValue, float.Epsilon, -1e-40f })
        {
            var values = new float[2 * type.BlockElements];
            (values[0], values[5]) = (1, odd);
            values.AsSpan(type.BlockElements).Fill(odd);
            var blocks = new byte[(2 * type.BlockBytes) + 1];
            blocks[^1] = 77;

            type.WriteBlocks!(values, blocks.AsSpan(0, blocks.Length - 1));
            type.ReadBlocks!(blocks.AsSpan(0, blocks.Length - 1), values);

            Assert.Equal(77, blocks[^1]);
        }
    }

    /// <summary>Digits 2, 0, 2, 0, 1 in the first byte, of which two are halves, and two others in the later parts.</summary>
    private static float[] Ternary()
    {
        var row = new float[256];
        (row[0], row[32], row[64], row[96], row[128]) = (0.5f, -0.5f, 0.25f, -0.25f, 0.2f);
        (row[160], row[240]) = (0.5f, -0.5f);
        return row;
    }

    private static byte[] Blocks(string name, float[] values)
    {
        var type = GgufType.Find(name);
        var blocks = new byte[values.Length / type.BlockElements * type.BlockBytes];
        type.WriteBlocks!(values, blocks);
        return blocks;
    }

    private static float[] Read(GgufType type, byte[] blocks)
    {
        var values = new float[blocks.Length / type.BlockBytes * type.BlockElements];
        type.ReadBlocks!(blocks, values);
        return values;
    }
}
