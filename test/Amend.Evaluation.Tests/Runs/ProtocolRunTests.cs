using Amend.Editing;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Runs;
using Amend.Models;

namespace Amend.Evaluation.Tests.Runs;

/// <summary>A run gives, bit for bit, what the same edits and questions give when they are done by hand.</summary>
[NoTensorLeaks]
public sealed class ProtocolRunTests : IDisposable
{
    private readonly TinyRun _tiny = new();

    public void Dispose() => _tiny.Dispose();

    [Theory]
    [InlineData("single", 1)]
    [InlineData("batch", 2)]
    public void Edits_that_are_taken_back_are_measured_one_batch_at_a_time(string protocol, int size)
    {
        var row = TinyRun.Run(_tiny.Plan with { Protocol = BuiltInProtocols.Find(protocol), BatchSize = size }).Rows[1];

        using var model = TinyModel.Make();
        var byHand = Enumerable.Range(0, 5).Chunk(size).SelectMany(batch =>
        {
            using var edit = Edit(model, row, batch);
            var said = Ask(model, row, batch);
            edit.Revert();
            return said;
        });
        AssertSame(byHand, row, Moment.OwnEdit, Moment.OwnBatch);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Edits_that_stay_are_measured_at_their_time_and_at_the_end(int size)
    {
        var row = TinyRun.Run(_tiny.Plan with { Protocol = BuiltInProtocols.Find("sequential"), BatchSize = size }).Rows[1];

        using var model = TinyModel.Make();
        CaseAnswers[] own =
        [
            .. Enumerable.Range(0, 5).Chunk(size).SelectMany(batch =>
            {
                using var edit = Edit(model, row, batch);
                return Ask(model, row, batch);
            }),
        ];
        AssertSame(own, row, Moment.OwnEdit, Moment.OwnBatch);
        AssertSame(Ask(model, row, [0, 1, 2, 3, 4]), row, Moment.End);
    }

    private static EditResult Edit(LanguageModel model, RowResult row, int[] batch)
    {
        var requests = batch.Select(place => row.Cases[place].Case.Prompts[0].Prompt.Split(" lies in")[0]).Select(
            subject => Samples.Case(0, subject).ToEditRequests()[0]);
        return new StubEditor().Apply(model, [.. requests], new EditContext());
    }

    private IReadOnlyList<CaseAnswers> Ask(LanguageModel model, RowResult row, int[] batch) =>
        new CaseAsker(model, _tiny.Plan.Asking).Ask(
            [.. batch.Select(place => row.Cases[place].Case)], CaseAsker.NeedsOf(_tiny.Plan.Metrics));

    private static void AssertSame(IEnumerable<CaseAnswers> byHand, RowResult row, params Moment[] moments) =>
        Assert.Equivalent(
            byHand.ToList(),
            row.Cases.Select(
                one => moments.Select(moment => one.Answers.GetValueOrDefault(moment)).Single(said => said is not null)).ToList(),
            strict: true);
}
