using Amend.Reports.Charts;

namespace Amend.Reports.Tests.Charts;

public sealed class AxisTicksTests
{
    [Theory]
    [InlineData(0, 100, "0 25 50 75 100")]
    [InlineData(-80, 100, "-100 -50 0 50 100")]
    [InlineData(0, 612, "0 200 400 600 800")]
    [InlineData(0.3, 0.31, "0.3 0.3025 0.305 0.3075 0.31")]
    [InlineData(5, 5, "5 5.25 5.5 5.75 6")]
    public void Ticks_are_round_numbers_around_the_values(double low, double high, string labels) =>
        Assert.Equal(labels, string.Join(' ', AxisTicks.Over(low, high).Labels));

    [Fact]
    public void A_long_name_keeps_its_end()
    {
        var cut = TextFit.Cut("rome:key_policy=original", 100);

        Assert.EndsWith("original", cut, StringComparison.Ordinal);
        Assert.Contains('…', cut);
        Assert.Equal("rome", TextFit.Cut("rome", 100));
    }
}
