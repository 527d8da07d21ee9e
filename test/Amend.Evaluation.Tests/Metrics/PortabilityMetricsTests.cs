using Amend.Evaluation.Metrics;
using Amend.Models.Generation;
using static Amend.Evaluation.Tests.Metrics.Measurements;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class PortabilityMetricsTests
{
    private const PromptKind Kind = PromptKind.Portability;

    [Fact]
    public void A_prompt_counts_by_the_best_of_its_accepted_answers_and_a_case_by_the_mean_of_its_prompts()
    {
        var measured = Case(
            Hits(Kind, true, false, false, false), Repeated(Hits(Kind, true, true)), Hits(Kind, true, false), Repeated(Hits(Kind, false)));

        Assert.Equal(75, PortabilityMetrics.TokenAccuracy.ValueOf(measured));
        Assert.Equal(50, PortabilityMetrics.TeacherForcedExact.ValueOf(measured));
    }

    [Fact]
    public void One_free_answer_is_compared_with_every_accepted_answer()
    {
        var measured = Case(
            Said(" Italia, in Europe", "Italia", "Italy"), Repeated(Said(null, "", "Italia")),
            Said(" the north of Italy", "the north of Italy", "Italy"));

        Assert.Equal(50, PortabilityMetrics.FreeExact.ValueOf(measured));
        Assert.Equal(100, PortabilityMetrics.FreeContains.ValueOf(measured));
    }

    [Fact]
    public void Only_prompts_of_portability_count()
    {
        var other = Case(Hits(PromptKind.Rewrite, true), Hits(PromptKind.Neighborhood, true));

        Assert.Null(PortabilityMetrics.TokenAccuracy.ValueOf(other));
        Assert.Equal(0, PortabilityMetrics.FreeExact.Over([other], seed: 0).Count);
    }

    private static PromptAnswer Repeated(PromptAnswer answer) => answer with { Prompt = answer.Prompt with { IsRepeated = true } };

    private static PromptAnswer Said(string? text, string answer, string wanted)
    {
        var scored = Hits(Kind, false);
        return scored with { Prompt = scored.Prompt with { Wanted = wanted }, Generated = text is null ? null : new GeneratedAnswer(text, answer, []) };
    }
}
