using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Protocols;

public sealed class BuiltInProtocolsTests
{
    [Fact]
    public void Single_edits_measures_and_takes_back_each_case() => Assert.Equal(
        ["edit 0", "measure 0 after its own edit", "revert", "edit 1", "measure 1 after its own edit", "revert"], Steps("single", 2, 1));

    [Fact]
    public void Batch_does_the_same_with_several_cases() => Assert.Equal(
        ["edit 0,1", "measure 0,1 after its batch", "revert", "edit 2", "measure 2 after its batch", "revert"], Steps("batch", 3, 2));

    [Fact]
    public void Sequential_keeps_edits_and_measures_all_cases_again_at_the_end() => Assert.Equal(
        [
            .. Enumerable.Range(0, 17).SelectMany(place => new[] { $"edit {place}", $"measure {place} after its own edit" }),
            "measure 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15 at the end",
            "measure 16 at the end",
            "revert",
        ],
        Steps("sequential", 17, 1));

    [Fact]
    public void A_stream_corrects_item_by_item_and_measures_on_the_way_and_at_the_end() => Assert.Equal(
        ["correct 0", "retention", "correct 1", "retention", "retention at the end", "revert"], Steps("stream", 2, 1));

    [Theory]
    [InlineData("stream")]
    [InlineData("single")]
    [InlineData("batch")]
    [InlineData("sequential")]
    public void Nothing_is_left_applied(string protocol) => Assert.IsType<RevertStep>(BuiltInProtocols.Find(protocol).Steps(5, 1).Last());

    [Fact]
    public void A_protocol_that_is_not_known_is_named_with_those_that_are() =>
        Assert.Contains("single", Assert.Throws<AmendException>(() => BuiltInProtocols.Find("double")).Message, StringComparison.Ordinal);

    private static IEnumerable<string> Steps(string protocol, int cases, int batchSize) =>
        BuiltInProtocols.Find(protocol).Steps(cases, batchSize).Select(step => step switch
    {
        EditStep edit => $"edit {string.Join(',', edit.Places)}",
        MeasureStep measure => $"measure {string.Join(',', measure.Places)} {measure.Moment}",
        CorrectStep correct => $"correct {correct.Place}",
        RetentionStep retention => retention.AtEnd ? "retention at the end" : "retention",
        _ => "revert",
    });
}
