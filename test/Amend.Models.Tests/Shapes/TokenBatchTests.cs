using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Shapes;

[NoTensorLeaks]
public sealed class TokenBatchTests
{
    [Theory]
    [InlineData(false, new long[] { 1, 2, 9, 3, 4, 5 }, new[] { true, true, false, true, true, true })]
    [InlineData(true, new long[] { 9, 1, 2, 3, 4, 5 }, new[] { false, true, true, true, true, true })]
    public void Short_rows_are_padded_and_masked(bool left, long[] ids, bool[] mask)
    {
        using var scope = NewDisposeScope();

        var batch = TokenBatch.Pad([[1, 2], [3, 4, 5]], padding: 9, left: left);

        Assert.Equal(ids, batch.Ids.data<long>().ToArray());
        Assert.Equal(mask, batch.Mask.data<bool>().ToArray());
        Assert.Equal([2, 3], batch.Lengths);
        Assert.Equal([2, 3], batch.Ids.shape);
    }

    [Fact]
    public void A_sequence_without_tokens_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => TokenBatch.Pad([[1], []], 0));

        Assert.StartsWith("2 sequences were given, 1 of them without a token; ", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => TokenBatch.Pad([], 0));
    }
}
