using Amend.Evaluation.Datasets;
using Amend.Evaluation.Tests.Runs;
using Amend.Evaluation.Training;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Training;

[NoTensorLeaks]
public sealed class NetworkDataReaderTests : IDisposable
{
    private const string Cases = """
        {"id": "1", "requests": [{"prompt": "{} is in", "subject": "Porto", "target_new": "Goa"}], "paraphrases": ["where is Porto? in"], "neighborhood": [{"text": "Rome is in"}]}
        {"id": "2", "requests": [{"prompt": "{} is in", "subject": "Rome", "target_new": "Goa"}]}
        {"id": "3", "requests": [{"prompt": "{} is in", "subject": "Oslo", "target_new": "Goa"}]}
        """;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Cases_become_requests_with_paraphrases_and_neighbours()
    {
        using var model = TinyModel.Make();

        var data = new NetworkDataReader(model, new DatasetOptions()).Read("amend:cases", Source(Cases), Source(Cases), seed: 0);

        Assert.Equal((3, 3, "amend:cases"), (data.Train.Count, data.Validation.Count, data.Source));
        Assert.Equal(["where is Porto? in"], data.Train[0].Paraphrases);
        Assert.Equal(["Rome is in"], data.Train[0].Neighbors);
        Assert.Null(data.Split);
    }

    [Fact]
    public void Without_data_for_validation_a_part_is_drawn_by_the_seed_and_the_record_says_so()
    {
        using var model = TinyModel.Make();
        var many = string.Join('\n', Enumerable.Range(0, 20).Select(i => $$"""{"id": "{{i}}", "requests": [{"prompt": "{} is in", "subject": "Porto {{i}}", "target_new": "Goa"}]}"""));

        var data = new NetworkDataReader(model, new DatasetOptions()).Read("amend:cases", Source(many), null, seed: 7);

        Assert.Equal((18, 2), (data.Train.Count, data.Validation.Count));
        Assert.Equal((7, 0.1), (data.Note.Split!.Seed, data.Note.Split.Share));
    }

    [Fact]
    public void Labelled_texts_become_edits_of_the_classifier_and_what_it_has_no_label_for_is_said()
    {
        using var claims = new ClaimRun();
        using var model = claims.Model();
        var source = claims.Source(
        [
            .. ClaimRun.Claims.Select((claim, id) => ClaimRun.Claim(id, claim, "SUPPORTS")), ClaimRun.Claim(99, "a moon rose", "NOT ENOUGH INFO"),
        ]);
        var reader = new NetworkDataReader(model, new DatasetOptions()) { MostCases = 5 };

        var data = reader.Read("fever:claims", source, source, seed: 0);

        Assert.Equal(5, data.Train.Count);
        Assert.All(data.Train, request => Assert.Equal(model.Classify(request.Prompt).Select(label => label.Label), [request.TargetTrue!, request.TargetNew]));
        var all = new NetworkDataReader(model, new DatasetOptions());
        all.Read("fever:claims", source, source, seed: 0);
        Assert.Contains(all.Notices, notice => notice.StartsWith("1 case was left out because", StringComparison.Ordinal));
    }

    [Fact]
    public void Labelled_texts_for_a_model_that_gives_no_labels_are_refused()
    {
        using var claims = new ClaimRun();
        using var model = TinyModel.Make();
        var source = claims.Source(ClaimRun.Claim(1, "a dog ran", "SUPPORTS"));

        var failure = Assert.Throws<AmendException>(() => new NetworkDataReader(model, new DatasetOptions()).Read("fever:claims", source, source, seed: 0));

        Assert.Contains("give a classifier of at least two labels", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Data_without_edits_is_refused()
    {
        using var model = TinyModel.Make();
        var source = Source("""{"id": "1", "requests": [{"prompt": "{} is in", "subject": "Porto", "target_true": "Goa"}]}""");

        var failure = Assert.Throws<AmendException>(() => new NetworkDataReader(model, new DatasetOptions()).Read("amend:cases", source, source, seed: 0));

        Assert.Equal("The request 'Porto is in' names no new target, so there is nothing to edit; use a data set with edits.", failure.Message);
    }

    [Fact]
    public void A_case_that_the_context_has_no_room_for_is_refused_or_passed_over_where_that_is_asked()
    {
        using var model = TinyModel.Make();
        var source = Source(Cases + "\n" + $$"""{"id": "4", "requests": [{"prompt": "{{new string('a', 200)}} {} is in", "subject": "Goa", "target_new": "Oslo"}]}""" + "\n");
        var options = new DatasetOptions { SkipBad = true };

        var failure = Assert.Throws<AmendException>(() => new NetworkDataReader(model, new DatasetOptions()).Read("amend:cases", source, source, seed: 0));
        var data = new NetworkDataReader(model, options).Read("amend:cases", source, Source(Cases), seed: 0);

        Assert.Contains("and the context of 'tiny' holds 96; shorten it, or skip bad records.", failure.Message, StringComparison.Ordinal);
        Assert.Equal(3, data.Train.Count);
    }

    [Fact]
    public void Records_call_a_file_by_its_form_and_name_and_a_suite_by_its_own()
    {
        var source = Source(Cases);

        Assert.Equal($"amend:{Path.GetFileName(source.Path)}", NetworkDataReader.NameOf($"amend:{source.Path}", source));
        Assert.Equal("atlas-counterfact", NetworkDataReader.NameOf("atlas-counterfact", source));
    }

    private DatasetSource Source(string lines)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.jsonl");
        File.WriteAllText(path, lines);
        return new DatasetLocator(_folder.Path).Find($"amend:{path}");
    }
}
