using Amend.Evaluation.Datasets;
using Amend.Evaluation.Tests.Datasets;
using Amend.Evaluation.Training;
using Amend.Models.Training;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Training;

public sealed class ClassifierDataReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_get_the_ids_of_their_labels_in_the_order_of_the_names()
    {
        var data = Read([Csv("train", "sea,wet", "sand,dry", "rain,wet")], [Csv("valid", "fog,wet")]);

        Assert.Equal(["dry", "wet"], data.Labels);
        Assert.Equal([new("sea", 1), new("sand", 0), new("rain", 1)], data.Train);
        Assert.Equal([new TextExample("fog", 1)], data.Validation);
        Assert.Equal("labelled:train.csv; validation: labelled:valid.csv", data.Origin);
        Assert.Empty(data.Notes);
    }

    [Fact]
    public void Labels_of_a_data_set_that_has_an_order_keep_it_and_those_that_do_not_occur_are_left_out()
    {
        var data = Read([Fever("train", ("a", "NOT ENOUGH INFO"), ("b", "SUPPORTS"))], [Fever("valid", ("c", "SUPPORTS"))]);

        Assert.Equal(["SUPPORTS", "NOT ENOUGH INFO"], data.Labels);
    }

    [Fact]
    public void Texts_with_other_labels_than_those_asked_for_are_left_out_and_counted()
    {
        var reader = new ClassifierDataReader(new DatasetOptions()) { Labels = ["REFUTES", "SUPPORTS"] };

        var data = reader.Read(
            [Fever("train", ("a", "NOT ENOUGH INFO"), ("b", "SUPPORTS"), ("c", "REFUTES"))],
            [Fever("valid", ("d", "NOT ENOUGH INFO"), ("e", "SUPPORTS"))]);

        Assert.Equal([new("b", 1), new("c", 0)], data.Train);
        Assert.Equal([new TextExample("e", 1)], data.Validation);
        Assert.Equal(
            [
                "1 texts to learn from have other labels and were left out.", "1 texts to validate on have other labels and were left out.",
            ],
            data.Notes);
    }

    [Fact]
    public void A_text_is_taken_once_and_not_with_two_labels_and_not_where_it_is_validated_on()
    {
        var data = Read([Csv("train", "sea,wet", "sea,wet", "fog,wet", "fog,dry", "sand,dry", "rain,wet")], [Csv("valid", "rain,wet")]);

        Assert.Equal([new("sea", 1), new("sand", 0)], data.Train);
        Assert.Equal(
            [
                "1 texts to learn from come again and were left out.", "1 texts to learn from have more than one label and were left out.",
                "1 texts to learn from are also validated on and were left out.",
            ],
            data.Notes);
    }

    [Fact]
    public void Without_validation_data_a_tenth_is_held_out_by_the_seed()
    {
        var source = Csv("train", [.. Enumerable.Range(0, 50).Select(i => $"text {i},{(i % 2 == 0 ? "even" : "odd")}")]);

        var (data, again) = (Read([source], []), Read([source], []));
        var other = new ClassifierDataReader(new DatasetOptions()) { Seed = 1 }.Read([source], []);

        Assert.Equal((45, 5), (data.Train.Count, data.Validation.Count));
        Assert.Empty(data.Train.Intersect(data.Validation));
        Assert.Equal(data.Hash(), again.Hash());
        Assert.NotEqual(data.Hash(), other.Hash());
        Assert.Contains("a part of 0.1 is held out", data.Origin);
    }

    [Fact]
    public void Several_files_are_learned_from_together()
    {
        var data = Read([Csv("one", "sea,wet"), Csv("two", "sand,dry", "sea,wet")], [Csv("valid", "fog,wet")]);

        Assert.Equal(2, data.Train.Count);
        Assert.StartsWith("labelled:one.csv, labelled:two.csv;", data.Origin);
    }

    [Fact]
    public void Broken_records_that_are_passed_over_are_counted_for_each_file()
    {
        var reader = new ClassifierDataReader(new DatasetOptions { SkipBad = true });

        var data = reader.Read([Csv("one", "sea", "fog,wet"), Csv("two", "sand,dry")], [Csv("valid", "rain,wet", "bad", "worse")]);

        Assert.Equal(
            ["1 records of 'one.csv' are broken and were passed over.", "2 records of 'valid.csv' are broken and were passed over."],
            data.Notes);
    }

    [Fact]
    public void What_has_no_labels_or_labels_that_cannot_be_used_is_refused()
    {
        var facts = DatasetFixtures.Of("counterfact");
        string Message(Action read) => Assert.Throws<AmendException>(read).Message;

        Assert.Contains("no text with a label", Message(() => Read([new(BuiltInDatasets.Find("counterfact"), facts)], [])));
        Assert.Contains("the label 'damp'", Message(() => Read([Csv("t", "sea,wet")], [Csv("v", "fog,damp")])));
        Assert.Contains("more than its case", Message(() => Read([Csv("t", "sea,wet", "sand,Wet")], [Csv("v", "fog,wet")])));
        Assert.Contains("field label is missing", Message(() => Read([File("t.csv", "text\nsea\n")], [])));
    }

    private static ClassifierData Read(IReadOnlyList<DatasetSource> train, IReadOnlyList<DatasetSource> validation) =>
        new ClassifierDataReader(new DatasetOptions()).Read(train, validation);

    private DatasetSource Csv(string name, params string[] rows) => File($"{name}.csv", $"text,label\n{string.Join('\n', rows)}\n");

    private DatasetSource Fever(string name, params (string Claim, string Label)[] claims)
    {
        var lines = claims.Select((one, i) => $$"""{"id": {{i}}, "claim": "{{one.Claim}}", "label": "{{one.Label}}"}""");
        System.IO.File.WriteAllLines(_folder.File(name), lines);
        return new DatasetSource(BuiltInDatasets.Find("fever"), _folder.File(name));
    }

    private DatasetSource File(string name, string text)
    {
        System.IO.File.WriteAllText(_folder.File(name), text);
        return new DatasetSource(BuiltInDatasets.Find("labelled"), _folder.File(name));
    }
}
