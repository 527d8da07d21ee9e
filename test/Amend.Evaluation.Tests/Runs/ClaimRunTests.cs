using System.Text.Json.Nodes;
using Amend.Evaluation.Reports;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Runs;

[NoTensorLeaks]
public sealed class ClaimRunTests : IDisposable
{
    private readonly ClaimRun _claims = new();

    public void Dispose() => _claims.Dispose();

    [Fact]
    public void Each_claim_is_edited_to_the_opposite_of_what_the_model_says_of_it()
    {
        var result = _claims.Run(_claims.Plan);

        Assert.True(result.Finished);
        Assert.Empty(result.Notices);
        using var model = _claims.Model();
        Assert.All(result.Rows[1].Cases, (one, at) =>
        {
            var said = model.Classify(ClaimRun.Claims[at]);
            Assert.Equal((said[1].Label, said[0].Label), (one.Case.Prompts[0].Wanted, one.Case.Prompts[0].Rival));
            Assert.NotNull(one.EditId);
        });
    }

    [Fact]
    public void Claims_with_a_label_that_the_classifier_has_not_are_left_out_and_counted()
    {
        var source = _claims.Source(
            ClaimRun.Claim(1, "the cat sat", "NOT ENOUGH INFO"), ClaimRun.Claim(2, "a dog ran", "REFUTES"),
            ClaimRun.Claim(3, "rain", "NOT ENOUGH INFO"));

        var result = _claims.Run(_claims.Plan with { Source = source });

        Assert.Equal("2", Assert.Single(result.Rows[1].Cases).CaseId);
        Assert.Equal(
            "2 cases were left out because 'tiny-claims' has no label NOT ENOUGH INFO.", Assert.Single(EvalReport.Of(result).Notices));
    }

    [Fact]
    public void Paraphrases_of_which_the_model_says_another_thing_are_left_out_and_counted()
    {
        using var model = _claims.Model();
        string[] words = [.. Enumerable.Range(0, 30).Select(i => $"word{i} word{i + 1}")];
        var others = words.Where(word => model.Classify(word)[0].Label != model.Classify("rain falls")[0].Label).ToArray();
        var record = ClaimRun.Claim(1, "rain falls", "REFUTES");
        (record["input"], record["output"]) = ("rain falls", new JsonArray(new JsonObject { ["answer"] = "REFUTES" }));
        record["filtered_rephrases"] = new JsonArray([.. words.Select(word => (JsonNode)word)]);

        var result = _claims.Run(_claims.Plan with { Source = _claims.Source(record) });

        Assert.NotEmpty(others);
        Assert.Equal(
            $"{others.Length} of 30 paraphrases were left out because 'tiny-claims' predicts another label for them than for the text itself.",
            Assert.Single(result.Notices));
    }

    [Fact]
    public void A_data_set_of_other_labels_is_refused_with_both_lists() => Assert.EndsWith(
        "gives its texts the labels NOT ENOUGH INFO, and 'tiny-claims' has REFUTES, SUPPORTS; give a classifier of the data set's labels.",
        Assert.Throws<AmendException>(() => _claims.Run(
            _claims.Plan with { Source = _claims.Source(ClaimRun.Claim(1, "rain", "NOT ENOUGH INFO")) })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_decoder_is_refused_for_claims() => Assert.Equal(
        "Case 0 gives a text the label 'SUPPORTS', and 'tiny' is GPT2LMHeadModel; give a classifier of at least two labels.",
        Assert.Throws<AmendException>(() => TinyRun.Run(_claims.Plan)).Message);
}
