using System.Text.Json.Nodes;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class RippleEditsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("The name of the spouse of Ada Winter is Carl Moor.", null, "Ada Winter", "Carl Moor", null)]
    [InlineData("The name of the spouse of Ada Winter is United Moor.", "The name of the spouse of Ada Winter is United Hill.", "Ada Winter", "United Moor", "United Hill")]
    [InlineData("The name of the religion which Ada Winter is associated with is Song.", null, "Ada Winter", "Song", null)]
    [InlineData("The number of children Ada Winter has is 3.", "The number of children Ada Winter has is 2.", "Ada Winter", "3", "2")]
    [InlineData("The names of the siblings of Ada Winter are Bo Winter.", null, "Ada Winter", "Bo Winter", null)]
    [InlineData("Ada Winter follows Carl Moor.", "Ada Winter follows Bo.", "Ada Winter", "Carl Moor", "Bo")]
    [InlineData("The name of the anthem of Ada Winter is Home is Here.", "The name of the anthem of Ada Winter is Lark.", "Ada Winter", "Home is Here", "Lark")]
    public void Subject_and_objects_are_read_off_the_sentences(
        string sentence, string? before, string subject, string target, string? previous)
    {
        var request = Assert.Single(Read(sentence, before).Requests);

        Assert.Equal((subject, target, previous), (request.Subject, request.TargetNew, request.TargetTrue));
        Assert.StartsWith(request.Text, sentence);
    }

    [Fact]
    public void Text_that_is_not_Unicode_is_a_broken_record()
    {
        var record = DatasetFixtures.Records("scotus")[0].Replace("affirmed", "\\ud800");
        File.WriteAllText(_folder.File("x.jsonl"), record);

        var error = Assert.Throws<AmendException>(() => BuiltInDatasets.Find("scotus").Read(_folder.File("x.jsonl"), new()).Count());

        Assert.Contains("line 1: field text is not Unicode text", error.Message);
    }

    private EditCase Read(string sentence, string? before)
    {
        var record = JsonNode.Parse(DatasetFixtures.Records("rippleedits")[0])!;
        var edit = record["edit"]!.AsObject();
        edit["prompt"] = sentence;
        edit["relation"] = "OTHER";
        edit.Remove("original_fact");
        if (before is not null)
            edit["previous_fact"] = new JsonObject { ["prompt"] = before };
        File.WriteAllText(_folder.File("ripple.jsonl"), record.ToJsonString());
        return Assert.Single(BuiltInDatasets.Find("rippleedits").Read(_folder.File("ripple.jsonl"), new()));
    }
}
