using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class RecordFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("cases.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_as_cases()
    {
        RecordFile.Write(Path, [Samples.Record(1), Samples.Record(2, "Tromsø") with { PararelIdx = 12 }]);

        EditCase[] cases = [.. Read("counterfact")];
        Assert.Equal(["1", "2"], cases.Select(one => one.Id));
        Assert.Equivalent(Samples.Case(1) with { AttributePrompts = Samples.Record().AttributePrompts, Requests = [Samples.Case().Requests[0] with { RelationId = "ocean" }] }, cases[0], strict: true);
        Assert.Equal("Tromsø lies in", cases[1].Requests[0].Text);
    }

    [Fact]
    public void A_file_has_the_public_names_one_record_a_line_and_the_same_bytes_each_time()
    {
        RecordFile.Write(Path, [Samples.Record(1), Samples.Record(2)]);
        var bytes = File.ReadAllBytes(Path);
        RecordFile.Write(Path, [Samples.Record(1), Samples.Record(2)]);

        var lines = File.ReadAllLines(Path);

        Assert.Equal(bytes, File.ReadAllBytes(Path));
        Assert.Equal(4, lines.Length);
        Assert.Equal(
            """{"case_id":1,"requested_rewrite":{"prompt":"{} lies in","relation_id":"ocean","target_new":{"str":"Arctic"},"target_true":{"str":"Indian","id":"Q1239"},"subject":"Réunion"},"paraphrase_prompts":["The sea around Réunion is","It rained. Réunion is found in"],"neighborhood_prompts":["Mauritius lies in","Comoros lies in","Mayotte lies in"],"attribute_prompts":["Svalbard lies in"],"generation_prompts":["Réunion is known for"]},""",
            lines[1]);
    }

    [Fact]
    public void A_known_fact_has_the_names_of_known_1000()
    {
        RecordFile.Write(Path, [Samples.Fact(0), Samples.Fact(1, "Addu")]);

        Assert.Contains(
            "\"known_id\":0,\"subject\":\"Malé\",\"attribute\":\"Maldives\",\"template\":\"{} is a city of the\"", File.ReadAllText(Path));
        Assert.Equal(["Malé", "Addu"], Read("known").Select(one => one.Requests[0].Subject));
    }

    [Fact]
    public void No_records_are_an_empty_array()
    {
        RecordFile.Write<CounterFactRecord>(Path, []);

        Assert.Equal("[]\n", File.ReadAllText(Path));
        Assert.Empty(Read("counterfact"));
    }

    [Fact]
    public void A_file_may_be_indented_begin_with_a_byte_order_mark_and_hold_unknown_fields()
    {
        RecordFile.Write(Path, [Samples.Record()]);
        var plain = Assert.Single(Read("counterfact"));
        File.WriteAllText(
            Path, "\uFEFF" + File.ReadAllText(Path).Replace(",", ",\r\n   ").Replace("\"case_id\"", "\"note\": [{}],\n\"case_id\""));

        Assert.Equivalent(plain, Assert.Single(Read("counterfact")), strict: true);
    }

    [Fact]
    public void A_file_longer_than_the_buffer_is_read_record_by_record()
    {
        RecordFile.Write(Path, Enumerable.Range(0, 1000).Select(i => Samples.Record(i, new string('x', i + 1))));
        var whole = File.ReadAllText(Path);

        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"{i}"), Read("counterfact").Select(one => one.Id));
        File.WriteAllText(Path, whole[..200_000]);
        Assert.Equal(100, Read("counterfact").Take(100).Count());
    }

    [Fact]
    public void A_record_longer_than_the_buffer_is_read()
    {
        var record = Samples.Record() with { GenerationPrompts = [.. Enumerable.Repeat("Réunion is", 30_000)] };
        RecordFile.Write(Path, [record, Samples.Record(8)]);

        Assert.Equal([30_000, 1], Read("counterfact").Select(one => one.GenerationPrompts.Count));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{\"case_id\": 1}")]
    [InlineData("[null]")]
    [InlineData("[{\"case_id\": 1")]
    [InlineData("no JSON")]
    public void A_file_that_is_no_list_of_records_is_refused_by_its_name(string text)
    {
        File.WriteAllText(Path, text);

        Assert.StartsWith($"'{Path}'", Assert.Throws<AmendException>(() => Read("counterfact").Count()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_one_sentence_with_the_path() =>
        Assert.Contains(Path, Assert.Throws<AmendException>(() => Read("counterfact").Count()).Message, StringComparison.Ordinal);

    private IEnumerable<EditCase> Read(string format) => BuiltInDatasets.Find(format).Read(Path, new());
}
