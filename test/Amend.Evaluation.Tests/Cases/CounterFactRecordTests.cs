namespace Amend.Evaluation.Tests.Cases;

public sealed class CounterFactRecordTests
{
    [Fact]
    public void A_record_becomes_a_request_with_what_it_is_checked_by()
    {
        var record = Samples.Record();

        var request = record.ToRequest().Validated();

        Assert.Equal("Réunion lies in", request.FilledPrompt);
        Assert.Equal(("Arctic", "Indian"), (request.TargetNew, request.TargetTrue));
        Assert.Equal(record.ParaphrasePrompts, request.Paraphrases);
        Assert.Equal(record.NeighborhoodPrompts, request.Neighbors);
    }
}
