using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Runs;

[NoTensorLeaks]
public sealed class CaseReaderTests : IDisposable
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("and so on ", 12));
    private readonly TinyRun _tiny = new();
    private readonly TempFolder _folder = new();

    public static TheoryData<string, string> TooLong => new()
    {
        { "prompt", "the edited prompt, '" },
        { "paraphrase", "paraphrase 2, '" },
        { "neighbor", "neighbor 1, '" },
        { "target", "the edited prompt, 'Elba lies in', with the answer 'and so on " },
        { "opening", "generation prompt 1, '" },
    };

    public void Dispose()
    {
        _tiny.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(TooLong))]
    public void A_case_that_the_context_has_no_room_for_is_named_with_its_part_before_anything_is_asked(string part, string named)
    {
        var plan = Plan(Samples.Record(4), Lengthened(part));

        var error = Assert.Throws<AmendException>(() => TinyRun.Run(plan));

        Assert.StartsWith($"'{plan.Source.Path}', case 5: {named}", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("and the context of 'tiny' holds 96; shorten it, or skip bad records.", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(plan.Folder));
    }

    [Theory]
    [MemberData(nameof(TooLong))]
    public void It_is_passed_over_and_counted_where_bad_records_are_skipped(string part, string named)
    {
        var result = TinyRun.Run(Plan(Samples.Record(4), Lengthened(part), Samples.Record(6)) with { SkipBad = true, Cases = 2 });

        Assert.True(result.Finished);
        Assert.Equal(["4", "6"], result.Rows[1].Cases.Select(one => one.CaseId));
        Assert.Equal(1, result.SkippedRecords);
        Assert.NotEmpty(named);
    }

    [Fact]
    public void What_is_not_asked_may_be_as_long_as_it_likes()
    {
        var plan = Plan(Lengthened("opening")) with { Metrics = [BuiltInMetrics.Find("cf.es")] };

        Assert.True(TinyRun.Run(plan).Finished);
    }

    [Fact]
    public void An_empty_list_is_called_empty() =>
        Assert.EndsWith(
            "is an empty list; give a data set with at least one record.",
            Assert.Throws<AmendException>(() => TinyRun.Run(Plan())).Message,
            StringComparison.Ordinal);

    [Fact]
    public void An_offset_beyond_the_last_case_is_told_how_many_there_are() => Assert.EndsWith(
        "has 2 cases, and the first 3 were to be passed over; give a smaller --offset.",
        Assert.Throws<AmendException>(() => TinyRun.Run(Plan(Samples.Record(1), Samples.Record(2)) with { Offset = 3 })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_data_set_of_which_nothing_is_left_says_why() => Assert.Contains(
        "has no case left after 1 were passed over, the first because: ",
        Assert.Throws<AmendException>(() => TinyRun.Run(Plan(Lengthened("prompt")) with { SkipBad = true })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Cases_whose_new_object_is_the_true_one_are_told_and_have_no_value()
    {
        var same = Samples.Record(5, "Elba");
        same = same with { RequestedRewrite = same.RequestedRewrite with { TargetNew = same.RequestedRewrite.TargetTrue } };

        var report = EvalReport.Of(TinyRun.Run(Plan(Samples.Record(4), same) with { Metrics = [BuiltInMetrics.Find("cf.es")] }));

        Assert.Equal(
            "1 of 2 cases ask for the answer that is true already (5): metrics that compare the two have no value there.",
            Assert.Single(report.Notices));
        Assert.Equal(1, report.Rows[1].Metrics["cf.es"].Count);
    }

    private RunPlan Plan(params CounterFactRecord[] records)
    {
        var path = _folder.File("suite.json");
        RecordFile.Write(path, records);
        return _tiny.Plan with
        {
            Source = new DatasetLocator(_folder.Path).Find($"counterfact:{path}"),
            Metrics = [BuiltInMetrics.Find("cf.s"), BuiltInMetrics.Find("ge")],
        };
    }

    private static CounterFactRecord Lengthened(string part)
    {
        var record = Samples.Record(5, "Elba");
        return part switch
        {
            "prompt" => record with { RequestedRewrite = record.RequestedRewrite with { Prompt = Long + "{} lies in" } },
            "target" => record with { RequestedRewrite = record.RequestedRewrite with { TargetNew = new CounterFactTarget { Str = Long } } },
            "paraphrase" => record with { ParaphrasePrompts = ["Elba is", Long] },
            "neighbor" => record with { NeighborhoodPrompts = [Long, "Malta lies in"] },
            _ => record with { GenerationPrompts = [Long] },
        };
    }
}
