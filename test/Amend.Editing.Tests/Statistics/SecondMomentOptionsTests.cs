using Amend.Editing.Statistics;
using Amend.Tensors;

namespace Amend.Editing.Tests.Statistics;

public sealed class SecondMomentOptionsTests
{
    [Fact]
    public void The_defaults_are_in_range()
    {
        var options = new SecondMomentOptions();

        Assert.Same(options, options.Validated());
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, -1, 1)]
    [InlineData(1, 1, 0)]
    public void Numbers_below_one_are_refused(long tokens, int length, int batch)
    {
        var options = new SecondMomentOptions { MaxTokens = tokens, SequenceLength = length, BatchTokens = batch };

        var failure = Assert.Throws<AmendException>(options.Validated);

        Assert.Equal($"{tokens} tokens in texts of {length} and batches of {batch} were asked; each must be at least 1.", failure.Message);
    }
}
