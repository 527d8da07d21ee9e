using System.Text.Json.Nodes;
using Amend.Editing;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Evaluation.Reports;
using Amend.Evaluation.Runs;
using Amend.Tensors;
using Microsoft.Data.Sqlite;

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

    [Fact]
    public void Where_the_data_set_names_none_other_texts_are_drawn_to_be_retained_the_same_for_a_case_whichever_cases_are_run()
    {
        var plan = _claims.Plan with { Metrics = [BuiltInMetrics.Find("ke.retain")], Retain = new RetainPlan { Drawn = 3 } };

        var all = _claims.Run(plan).Rows[1].Cases;
        var last = _claims.Run(plan with { Offset = ClaimRun.Claims.Length - 1 }).Rows[1].Cases.Single();
        var otherSeed = _claims.Run(plan with { Context = new EditContext { Seed = 1 } }).Rows[1].Cases;

        Assert.All(all, (one, at) =>
        {
            var texts = Retained(one);
            Assert.Equal(3, texts.Distinct().Count());
            Assert.DoesNotContain(ClaimRun.Claims[at], texts);
            Assert.Equal(texts, ClaimRun.Claims.Where(texts.Contains));
        });
        Assert.Equal(Retained(all[^1]), Retained(last));
        Assert.NotEqual(all.Select(Retained), otherSeed.Select(Retained));
        Assert.InRange(all.Select(one => string.Join('|', Retained(one))).Distinct().Count(), 2, all.Count);
    }

    [Fact]
    public void All_others_are_retained_and_asked_of_the_unedited_model_once()
    {
        var result = _claims.Run(_claims.Plan with
        {
            Metrics = [BuiltInMetrics.Find("ke.retain"), BuiltInMetrics.Find("ke.deterioration")],
            Retain = new RetainPlan { Drawn = null },
        });

        Assert.All(result.Rows[1].Cases, (one, at) =>
        {
            Assert.Equal(ClaimRun.Claims.Where((_, other) => other != at), Retained(one));
            Assert.All(
                one.Before.Prompts.Concat(one.Answers.Values.Single().Prompts), said => Assert.Equal(2, said.Wanted.LabelLogits!.Count));
        });
        var retain = result.Rows.Select(row => result.Metrics[0].Over(row.MeasuredAt(Moment.OwnEdit), seed: 0).Value).ToArray();
        Assert.Equal(100, retain[0]);
        Assert.InRange(retain[1], 0, 99.9);
    }

    [Fact]
    public void Texts_to_retain_may_be_those_of_another_data_set()
    {
        var others = _claims.Source(
            ClaimRun.Claim(1, "the hill is red", "REFUTES"), ClaimRun.Claim(2, "rain falls", "SUPPORTS"),
            ClaimRun.Claim(3, "a bird", "NOT ENOUGH INFO"));

        var result = _claims.Run(_claims.Plan with
        {
            Metrics = [BuiltInMetrics.Find("ke.retain")],
            Retain = new RetainPlan { Drawn = null, Source = others },
        });

        Assert.Equal(["the hill is red", "rain falls"], Retained(result.Rows[1].Cases[0]));
        Assert.Equal(["the hill is red"], Retained(result.Rows[1].Cases[3]));
        Assert.NotNull(result.Run.Retain!.SuiteHash);
    }

    [Fact]
    public void A_data_set_of_one_text_leaves_none_to_retain() => Assert.EndsWith(
        "whose prediction could be retained; give a data set of more texts.",
        Assert.Throws<AmendException>(() => _claims.Run(_claims.Plan with
        {
            Source = _claims.Source(ClaimRun.Claim(1, "rain", "REFUTES")),
            Metrics = [BuiltInMetrics.Find("ke.retain")],
            Retain = new RetainPlan(),
        })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void A_number_of_texts_to_retain_below_one_is_refused() => Assert.Equal(
        "0 texts to retain were asked; give a number of at least 1, or all.",
        Assert.Throws<AmendException>(() => _claims.Run(_claims.Plan with { Retain = new RetainPlan { Drawn = 0 } })).Message);

    [Fact]
    public void Logits_are_kept_with_the_run_in_few_words_and_are_the_same_when_it_is_gone_on_with()
    {
        using var folder = new TempFolder();
        var plan = _claims.Plan with { Metrics = [BuiltInMetrics.Find("ke.retain")], Retain = new RetainPlan(), Folder = folder.Path };

        var first = _claims.Run(plan);
        var again = _claims.Run(plan);

        Assert.Equal(Logits(first), Logits(again));
        using var file = new SqliteConnection($"Data Source={folder.File("run.db")};Mode=ReadOnly;Pooling=False");
        file.Open();
        using var command = file.CreateCommand();
        command.CommandText = "SELECT said FROM answers LIMIT 1";
        Assert.Matches("""^\{"P":\[\{"W":\{"P":[-.\dE]+,"T":\[\d\],"L":\[\d\],"Z":\[[-.\dE]+,[-.\dE]+\]\}\},\{""", (string)command.ExecuteScalar()!);

        static float[] Logits(RunResult result) =>
            [.. result.Rows.SelectMany(row => row.Cases).SelectMany(one => one.Before.Prompts.Concat(one.Answers.Values.Single().Prompts))
                .SelectMany(said => said.Wanted.LabelLogits!)];
    }

    private static string[] Retained(CaseResult one) =>
        [.. one.Case.Prompts.Where(prompt => prompt.Kind == PromptKind.Neighborhood).Select(prompt => prompt.Prompt)];
}
