using Amend.Shipping.Gates;
using Amend.Tensors;

namespace Amend.Shipping.Tests.Gates;

public sealed class GateTests
{
    public static TheoryData<string> Criteria => [.. CheckMeasures.All.Names];

    [Theory]
    [MemberData(nameof(Criteria))]
    public void Each_criterion_passes_at_its_figure_and_refuses_beyond_it(string criterion)
    {
        var report = SampleReport.Make();
        var found = report.Figures[criterion].Value;
        var beyond = found + (CheckMeasures.All.Find(criterion).IsMost ? -0.01 : 0.01);

        var passed = Parse(FormattableString.Invariant($"{criterion}: {found:R}")).Judge(report);
        var refused = Parse(FormattableString.Invariant($"{criterion}: {beyond:R}")).Judge(report);

        Assert.True(passed.Passes);
        passed.Require("it");
        Assert.False(refused.Passes);
        var failure = Assert.Throws<GateException>(() => refused.Require("'atlas' with 3 edits"));
        Assert.StartsWith($"The gate 'gates.yaml' refuses 'atlas' with 3 edits: {criterion} is ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_levels_are_read_as_one()
    {
        var gate = Parse("""
            # what must hold
            plain: { prompts: 1, paraphrases: 0.5 }
            free:
              neighbors: 0.25
            perplexity: 1.2
            """);

        Assert.Equal(
            [("plain.prompts", 1), ("plain.paraphrases", 0.5), ("free.neighbors", 0.25), ("perplexity", 1.2)],
            gate.Criteria.Select(criterion => (criterion.Measure.Name, criterion.Limit)));
        var verdicts = gate.Judge(SampleReport.Make()).Verdicts;
        Assert.Equal([false, true, true, true], verdicts.Select(verdict => verdict.Holds));
        Assert.Equal("plain.prompts is 0.5 (1 of 2) and at least 1 is asked", verdicts[0].Reason);
        Assert.Equal("perplexity is 1.1 and at most 1.2 is asked", verdicts[3].Reason);
    }

    [Theory]
    [InlineData("chat.prompts: 0")]
    [InlineData("perplexity: 100")]
    [InlineData("probe: 0")]
    [InlineData("plain.paraphrases: 0")]
    public void What_was_not_measured_does_not_hold(string yaml)
    {
        var verdict = Assert.Single(Parse(yaml).Judge(SampleReport.OfClassifier()).Verdicts);

        Assert.False(verdict.Holds);
        Assert.Contains("was not measured", verdict.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_number_does_not_hold()
    {
        var report = SampleReport.Make() with { Perplexity = new CheckedPerplexity(20, double.NaN) };

        Assert.False(Parse("perplexity: 1000").Judge(report).Passes);
    }

    [Theory]
    [InlineData("", "has no criterion")]
    [InlineData("plain:", "No criterion of a gate is named 'plain'")]
    [InlineData("- plain", "has no criterion")]
    [InlineData("plain: { promts: 1 }", "No criterion of a gate is named 'plain.promts' (did you mean plain.prompts?)")]
    [InlineData("plain: { prompts: { all: 1 } }", "'plain.prompts' of the gate 'gates.yaml' has criteria at a third level")]
    [InlineData("plain: { prompts: often }", "is 'often'; give a number from 0 to 1")]
    [InlineData("plain: { prompts: 90 }", "is '90'; give a number from 0 to 1")]
    [InlineData("plain: { prompts: -0.1 }", "is '-0.1'; give a number from 0 to 1")]
    [InlineData("plain: { prompts: NaN }", "is 'NaN'; give a number from 0 to 1")]
    [InlineData("plain: { prompts: [1] }", "is 'Sequence'; give a number from 0 to 1")]
    [InlineData("perplexity: -1", "is '-1'; give a number of at least 0")]
    [InlineData("plain: { prompts: 1 }\nplain.prompts: 1", "has the criterion 'plain.prompts' twice")]
    [InlineData("probe: 1\nprobe: 1", "is no YAML at line 2")]
    [InlineData("plain: { prompts: 1", "is no YAML at line 2")]
    [InlineData("? [1]\n: 1", "has a key at line 1 that is no name")]
    public void A_wrong_gate_is_one_sentence(string yaml, string says)
    {
        var failure = Assert.Throws<AmendException>(() => Parse(yaml));

        Assert.Contains(says, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    private static Gate Parse(string yaml) => Gate.Parse("gates.yaml", yaml);
}
