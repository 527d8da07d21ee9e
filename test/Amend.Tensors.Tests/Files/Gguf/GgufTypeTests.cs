using Amend.Tensors.Files.Gguf;

namespace Amend.Tensors.Tests.Files.Gguf;

public sealed class GgufTypeTests
{
    private const int Blocks = 500;

    public static TheoryData<string> Plain => [.. PlainBlocks.Element.Keys];

    public static TheoryData<string> Quantised => [.. GgufType.All.Where(type => type.ReadBlocks is not null).Select(type => type.Name)];

    [Theory]
    [MemberData(nameof(Plain))]
    public void Blocks_are_what_a_plain_loop_makes_of_them_bit_for_bit(string name)
    {
        var type = GgufType.Find(name);
        var random = new Random(name.Length);
        for (var i = 0; i < Blocks; i++)
        {
            var block = new byte[type.BlockBytes];
            random.NextBytes(block);
            for (var at = 0; at < block.Length && name == "NVFP4"; at++)
                block[at] &= 0x77; // Codes without sign, and none that stands for no number.

            var values = new float[type.BlockElements];
            type.ReadBlocks!(block, values);

            Assert.All(values, (value, at) => Assert.True(IsSame(PlainBlocks.Element[name](block, at), value), $"{i}, {at}: {value}"));
        }
    }

    [Theory]
    [MemberData(nameof(Quantised))]
    public void Any_bytes_fill_exactly_their_elements(string name)
    {
        var type = GgufType.Find(name);
        var blocks = new byte[7 * type.BlockBytes];
        new Random(7).NextBytes(blocks);
        var values = new float[(7 * type.BlockElements) + 1];
        Array.Fill(values, 12345.678f);

        type.ReadBlocks!(blocks, values.AsSpan(0, values.Length - 1));

        Assert.Equal(12345.678f, values[^1]);
        Assert.DoesNotContain(12345.678f, values[..^1]);
    }

    [Fact]
    public void Numbers_and_names_are_of_one_type_each()
    {
        Assert.Equal(GgufType.All.Count, GgufType.All.Select(type => type.Number).Distinct().Count());
        Assert.Equal(GgufType.All.Count, GgufType.All.Select(type => type.Name).Distinct().Count());
        Assert.Equal(GgufType.All.OrderBy(type => type.Number), GgufType.All);
        Assert.Contains("known: F32, F16, Q4_0", Assert.Throws<AmendException>(() => GgufType.Find("Q4_2")).Message, StringComparison.Ordinal);
    }

    private static bool IsSame(float expected, float found) => expected.Equals(found) || expected == found;
}
