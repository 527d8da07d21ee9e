using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Protocols;

public sealed class MomentTests
{
    [Fact]
    public void The_three_moments_have_the_keys_and_names_that_old_runs_and_reports_hold() => Assert.Equal(
        [("OwnEdit", "after its own edit"), ("OwnBatch", "after its batch"), ("End", "at the end")],
        new[] { Moment.OwnEdit, Moment.OwnBatch, Moment.End }.Select(moment => (moment.Key, moment.Name)));

    [Theory]
    [InlineData("OwnEdit")]
    [InlineData("on arrival")]
    [InlineData("after its batch")]
    [InlineData("End")]
    [InlineData("after 50 edits")]
    public void A_moment_is_found_by_its_key_and_by_its_name(string text)
    {
        var moment = Moment.Parse(text);

        Assert.Contains(text, new[] { moment.Key, moment.Name });
        Assert.Equal(moment, Moment.Parse(moment.Name));
        Assert.Equal(moment, Moment.Parse(moment.Key));
    }

    [Fact]
    public void Moments_are_in_the_order_of_a_run() => Assert.Equal(
        [Moment.OnArrival, Moment.OwnEdit, Moment.OwnBatch, Moment.After(2), Moment.After(10), Moment.End],
        new[] { Moment.End, Moment.After(10), Moment.OwnBatch, Moment.After(2), Moment.OnArrival, Moment.OwnEdit }.OrderBy(moment => moment.Order));

    [Theory]
    [InlineData("sometime")]
    [InlineData("after 0 edits")]
    [InlineData("after -1 edits")]
    [InlineData("after edits")]
    [InlineData("")]
    public void What_is_no_moment_is_named_with_those_there_are(string text) => Assert.StartsWith(
        $"No moment is named '{text}'; known: on arrival, after its own edit, ", Assert.Throws<AmendException>(() => Moment.Parse(text)).Message, StringComparison.Ordinal);
}
