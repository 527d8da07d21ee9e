using System.Text.Json;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;
using Amend.Models.Scoring;

namespace Amend.Parity.Tests.Metrics;

/// <summary>
/// Losses of both candidates after each prompt are those of <c>compute_rewrite_quality_counterfact</c> in kmeng01/rome, and whether
/// all tokens of a candidate are the likeliest is that of <c>test_batch_prediction</c> in kmeng01/memit.
/// </summary>
[Trait("kind", "parity")]
public sealed class CounterFactModelParityTests
{
    private const double Tolerance = 1e-4;

    public static TheoryData<string> Models => MetricGolden.Named("counterfact_model");

    public static TheoryData<string> Accuracies => MetricGolden.Named("counterfact_accuracy");

    [Theory]
    [MemberData(nameof(Models))]
    public void Losses_after_each_prompt_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        using var model = MetricGolden.Model(id);
        var read = Case(golden.GetProperty("record"));

        var found = new CaseAsker(model).Ask(
            MetricCase.Of(read), CaseAsker.NeedsOf(BuiltInMetrics.All.Where(m => m.Info.Id.StartsWith("cf.", StringComparison.Ordinal))));

        var expected = golden.GetProperty("expected");
        AssertPairs(expected.Items("rewrite_prompts_probs"), [.. found.Of(PromptKind.Rewrite).Select(NewAndTrue)]);
        AssertPairs(expected.Items("paraphrase_prompts_probs"), [.. found.Of(PromptKind.Paraphrase).Select(NewAndTrue)]);
        AssertPairs(expected.Items("neighborhood_prompts_probs"), [.. found.Of(PromptKind.Neighborhood).Select(NewAndTrue)]);
        AssertPairs(expected.Items("attribute_prompts_probs"), [.. read.AttributePrompts.Select(prompt => (
            new TargetScorer(model).Score(prompt, read.Requests[0].TargetNew!).MeanNll,
            new TargetScorer(model).Score(prompt, read.Requests[0].TargetTrue!).MeanNll))]);
    }

    [Theory]
    [MemberData(nameof(Accuracies))]
    public void A_target_whose_tokens_are_all_the_likeliest_is_known(string id)
    {
        using var model = MetricGolden.Model(id);
        var scorer = new TargetScorer(model);

        Assert.All(MetricGolden.Json(id).Items("cases"), one =>
        {
            string[] candidates = [one.GetProperty("target_new").GetString()!, one.GetProperty("target_true").GetString()!];
            var prompts = one.Texts("prefixes");
            var found = prompts.Select(prompt => scorer.Answers([(prompt, candidates[0]), (prompt, candidates[1])])).ToArray();
            Assert.Equal(one.Integers("new_ids"), found[0][0].TargetIds);
            Assert.Equal(one.Integers("true_ids"), found[0][1].TargetIds);
            AssertPairs(one.Items("nll"), [.. found.Select(f => (f[0].Score.MeanNll, f[1].Score.MeanNll))]);
            Assert.Equal(
                one.Booleans("all_tokens_argmax"), one.Integers("which_correct").Select((which, at) => found[at][which].Score.IsGreedy));
        });
    }

    /// <summary>Wanted is the new object, but on neighborhood prompts the true one.</summary>
    private static (double New, double True) NewAndTrue(PromptAnswer answer)
    {
        var (wanted, rival) = (answer.Wanted.Score.MeanNll, answer.Rival!.Score.MeanNll);
        return answer.Prompt.Kind == PromptKind.Neighborhood ? (rival, wanted) : (wanted, rival);
    }

    private static void AssertPairs(IReadOnlyList<JsonElement> expected, IReadOnlyList<(double New, double True)> found)
    {
        Assert.Equal(expected.Count, found.Count);
        Assert.All(expected, (pair, at) =>
        {
            Assert.Equal(pair.GetProperty("target_new").GetDouble(), found[at].New, Tolerance);
            Assert.Equal(pair.GetProperty("target_true").GetDouble(), found[at].True, Tolerance);
        });
    }

    private static EditCase Case(JsonElement record)
    {
        var rewrite = record.GetProperty("requested_rewrite");
        string Target(string name) => rewrite.GetProperty(name).GetProperty("str").GetString()!;
        var request = new CaseRequest(rewrite.GetProperty("prompt").GetString()!)
        {
            Subject = rewrite.GetProperty("subject").GetString(),
            TargetNew = Target("target_new"),
            TargetTrue = Target("target_true"),
        };
        return new EditCase
        {
            Id = "0",
            Requests = [request],
            Paraphrases = record.Texts("paraphrase_prompts"),
            Neighborhood = [.. record.Texts("neighborhood_prompts")
                .Select(prompt => new CasePrompt(prompt) { Answers = [new CaseAnswer(request.TargetTrue)] })],
            AttributePrompts = record.Texts("attribute_prompts"),
        };
    }
}
