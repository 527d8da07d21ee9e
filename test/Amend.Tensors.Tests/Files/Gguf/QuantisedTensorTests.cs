using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.Gguf;

[NoTensorLeaks]
public sealed class QuantisedTensorTests
{
    public static TheoryData<string> Written => [.. GgufType.All.Where(type => type.IsWritten).Select(type => type.Name)];

    [Fact]
    public void The_types_that_are_written_are_floats_and_blocks_without_a_search() =>
        Assert.Equal(
            ["F32", "F16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "F64", "BF16", "TQ1_0", "TQ2_0", "MXFP4"],
            GgufType.All.Where(type => type.IsWritten).Select(type => type.Name));

    [Theory]
    [MemberData(nameof(Written))]
    public void Pieces_give_the_bytes_of_the_whole(string name)
    {
        const int Rows = 700;
        var type = GgufType.Find(name);
        using var values = Random(Rows, 256);
        using var pieces = new Recorder();

        QuantisedTensor.Write(pieces, type, values);

        using var rows = new MemoryStream();
        for (var row = 0; row < Rows; row++)
        {
            using var one = values[row];
            QuantisedTensor.Write(rows, type, one);
        }

        Assert.Equal(rows.ToArray(), pieces.ToArray());
        Assert.Equal(Rows * 256 / type.BlockElements * type.BlockBytes, pieces.Length);
        Assert.InRange(pieces.Largest, 1, pieces.Length / 4);
    }

    [Theory]
    [MemberData(nameof(Written))]
    public void Order_in_memory_and_type_of_the_values_change_nothing(string name)
    {
        var type = GgufType.Find(name);
        using var values = Random(300, 512);
        using var view = values.t();
        using var turned = view.contiguous();
        using var transposed = turned.t();
        using var wide = transposed.to(ScalarType.Float64);
        using var columns = values.view(2, 150, 512);

        var expected = Bytes(type, values);

        Assert.Equal(expected, Bytes(type, transposed));
        Assert.Equal(expected, Bytes(type, columns));
        if (name != "F64")
            Assert.Equal(expected, Bytes(type, wide));
    }

    [Fact]
    public void Every_other_element_of_a_vector_is_written_in_order()
    {
        using var all = arange(200_000, ScalarType.Float32);
        using var even = all[TensorIndex.Slice(step: 2)];
        using var copy = even.contiguous();

        Assert.Equal(Bytes(GgufType.Find("F32"), copy), Bytes(GgufType.Find("F32"), even));
        Assert.Equal(Bytes(GgufType.Find("F16"), copy), Bytes(GgufType.Find("F16"), even));
    }

    [Fact]
    public void A_single_number_none_and_integers_are_written_as_they_are()
    {
        using var number = tensor(2.5f);
        using var none = empty([0, 32]);
        using var integers = tensor(new[] { 1, -2 });

        Assert.Equal(BitConverter.GetBytes(2.5f), Bytes(GgufType.Find("F32"), number));
        Assert.Empty(Bytes(GgufType.Find("Q8_0"), none));
        Assert.Equal([1, 0, 0, 0, 254, 255, 255, 255], Bytes(GgufType.Find("I32"), integers));
    }

    [Fact]
    public void What_no_block_or_integer_holds_is_refused()
    {
        using var rows = ones(4, 8);

        Assert.Contains("shape [4, 8] has rows of 8 elements, no multiple of the 32 of a block of Q4_0",
            Assert.Throws<ArgumentException>(() => Bytes(GgufType.Find("Q4_0"), rows)).Message, StringComparison.Ordinal);
        Assert.Contains("type Float32 is to be written as the integers I8",
            Assert.Throws<ArgumentException>(() => Bytes(GgufType.Find("I8"), rows)).Message, StringComparison.Ordinal);
        Assert.Contains("to be written as Q6_K, which is read only; take one of F32, F16, Q4_0",
            Assert.Throws<AmendException>(() => Bytes(GgufType.Find("Q6_K"), rows)).Message, StringComparison.Ordinal);
    }

    private static Tensor Random(long rows, long columns)
    {
        using var generator = new Generator(1);
        return randn([rows, columns], generator: generator);
    }

    private static byte[] Bytes(GgufType type, Tensor values)
    {
        using var stream = new MemoryStream();
        QuantisedTensor.Write(stream, type, values);
        return stream.ToArray();
    }

    /// <summary>Remembers the most bytes that came at once.</summary>
    private sealed class Recorder : MemoryStream
    {
        public int Largest { get; private set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Largest = Math.Max(Largest, buffer.Length);
            base.Write(buffer);
        }
    }
}
