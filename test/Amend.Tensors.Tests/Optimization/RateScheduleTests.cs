using Amend.Tensors.Optimization;

namespace Amend.Tensors.Tests.Optimization;

public sealed class RateScheduleTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void A_constant_rate_never_changes() => Assert.All([0, 7, 1000], step => Assert.Equal(0.3, new ConstantRate(0.3).At(step)));

    [Theory]
    [InlineData(0, 0.25)]
    [InlineData(3, 1)]
    [InlineData(4, 1)]
    [InlineData(7, 0.5)]
    [InlineData(9, 1 / 6.0)]
    [InlineData(10, 0)]
    [InlineData(11, 0)]
    public void A_linear_rate_rises_in_equal_parts_and_falls_to_0_after_the_last_step(int step, double rate) =>
        Assert.Equal(rate, new WarmUpThenLinear(1, WarmUp: 4, Total: 10).At(step), Tolerance);

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(6, 1.1)]
    [InlineData(10, 0.2)]
    [InlineData(20, 0.2)]
    public void A_cosine_falls_from_the_highest_to_the_lowest_rate_and_stays(int step, double rate) =>
        Assert.Equal(rate, new WarmUpThenCosine(2, WarmUp: 2, Total: 10, LowestShare: 0.1).At(step), Tolerance);

    [Fact]
    public void A_schedule_without_warm_up_begins_at_its_highest()
    {
        Assert.Equal(2, new WarmUpThenLinear(2, WarmUp: 0, Total: 10).At(0));
        Assert.Equal(2, new WarmUpThenCosine(2, WarmUp: 0, Total: 10).At(0));
    }

    [Fact]
    public void Of_two_rates_in_turn_the_second_begins_anew()
    {
        var rate = new RatesInTurn(new ConstantRate(1), 3, new WarmUpThenLinear(0.5, WarmUp: 2, Total: 4));

        Assert.Equal([1, 1, 1, 0.25, 0.5, 0.5, 0.25, 0], Enumerable.Range(0, 8).Select(rate.At));
    }
}
