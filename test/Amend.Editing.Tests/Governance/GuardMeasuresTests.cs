using System.Text.Json;
using Amend.Editing.Governance;
using Amend.Editing.Stores;

namespace Amend.Editing.Tests.Governance;

public sealed class GuardMeasuresTests
{
    private static readonly GuardMeasures Inside = new()
    {
        Limits = new GuardLimits { Write = 0.5, Norm = 1, Denominator = 0.1, Perplexity = 1.2, Past = 0.8 },
        Weights = [new WeightChange("a", 0.1, 0.2), new WeightChange("b", 0.5, 1)],
        Denominator = 0.1,
        Perplexity = 24,
        PerplexityBefore = 20,
        PastAsked = 10,
        PastKept = 8,
    };

    public static TheoryData<GuardMeasures, string> Outside => new()
    {
        { Inside with { Weights = [new WeightChange("a", 0.75, 0.1)] }, "the relative norm of this write is 0.75, and the limit is 0.5" },
        { Inside with { Weights = [new WeightChange("a", 0.1, 1.5)] }, "the relative norm of all changes of a matrix is 1.5, and the limit is 1" },
        { Inside with { Weights = [new WeightChange("a", 0.1, 0.1), new WeightChange("b", double.NaN, 0.1)] }, "the relative norm of this write is NaN, and the limit is 0.5" },
        { Inside with { Denominator = -0.2 }, "the key's part in the direction that the update is divided by is -0.2, and the limit is 0.1" },
        { Inside with { Perplexity = 60 }, "the perplexity of the fixed text in units of the unedited model's is 3, and the limit is 1.2" },
        { Inside with { Perplexity = double.NaN }, "the perplexity of the fixed text in units of the unedited model's is NaN, and the limit is 1.2" },
        { Inside with { PastKept = 7 }, "the share of earlier edits that still hold is 0.7, and the limit is 0.8" },
    };

    [Fact]
    public void What_is_at_its_limit_is_inside()
    {
        Assert.Null(Inside.Breach());
        Assert.Equal((0.5, 1.0, 1.2, 0.8), (Inside.Write, Inside.Total, Inside.PerplexityRatio, Inside.Past));
    }

    [Theory]
    [MemberData(nameof(Outside))]
    public void A_measure_outside_its_limit_is_named_with_both(GuardMeasures measures, string reason) => Assert.Equal(reason, measures.Breach()!.Reason);

    [Fact]
    public void What_was_not_measured_and_what_has_no_limit_does_not_count()
    {
        Assert.Null((Inside with { Denominator = null, Perplexity = null, PerplexityBefore = null, PastAsked = 0, PastKept = 0 }).Breach());
        Assert.Null((Inside with { Limits = GuardLimits.Parse("write=off,norm=off,denominator=off,perplexity=off,past=off"), Perplexity = double.NaN }).Breach());
    }

    [Fact]
    public void Measures_are_kept_in_a_record_also_where_one_is_no_number()
    {
        var measures = Inside with { Perplexity = double.PositiveInfinity, Limits = GuardLimits.Parse("perplexity=off") };

        var again = JsonSerializer.Deserialize<GuardMeasures>(JsonSerializer.Serialize(measures, EditJson.Options), EditJson.Options)!;

        Assert.Equivalent(measures, again, strict: true);
    }
}
