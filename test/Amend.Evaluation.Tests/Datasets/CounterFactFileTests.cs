using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class CounterFactFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder.File("cases.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Records_come_back_as_they_were_written()
    {
        CounterFactRecord[] records = [Samples.Record(1), Samples.Record(2, "Tromsø") with { PararelIdx = 12 }];

        CounterFactFile.Write(Path, records);

        Assert.Equivalent(records, CounterFactFile.Read(Path).ToArray(), strict: true);
    }

    [Fact]
    public void A_file_has_the_public_names_one_record_a_line_and_the_same_bytes_each_time()
    {
        CounterFactFile.Write(Path, [Samples.Record(1), Samples.Record(2)]);
        var bytes = File.ReadAllBytes(Path);
        CounterFactFile.Write(Path, CounterFactFile.Read(Path).ToList());

        var lines = File.ReadAllLines(Path);

        Assert.Equal(bytes, File.ReadAllBytes(Path));
        Assert.Equal(4, lines.Length);
        Assert.Equal(
            """{"case_id":1,"requested_rewrite":{"prompt":"{} lies in","relation_id":"ocean","target_new":{"str":"Arctic"},"target_true":{"str":"Indian","id":"Q1239"},"subject":"Réunion"},"paraphrase_prompts":["The sea around Réunion is","It rained. Réunion is found in"],"neighborhood_prompts":["Mauritius lies in","Comoros lies in","Mayotte lies in"],"attribute_prompts":["Svalbard lies in"],"generation_prompts":["Réunion is known for"]},""",
            lines[1]);
    }

    [Fact]
    public void No_records_are_an_empty_array()
    {
        CounterFactFile.Write(Path, []);

        Assert.Equal("[]\n", File.ReadAllText(Path));
        Assert.Empty(CounterFactFile.Read(Path));
    }

    [Fact]
    public void A_file_may_be_indented_begin_with_a_byte_order_mark_and_hold_unknown_fields()
    {
        CounterFactFile.Write(Path, [Samples.Record()]);
        File.WriteAllText(Path, "\uFEFF" + File.ReadAllText(Path).Replace(",", ",\r\n   ").Replace("\"case_id\"", "\"note\": [{}],\n\"case_id\""));

        Assert.Equivalent(Samples.Record(), Assert.Single(CounterFactFile.Read(Path)), strict: true);
    }

    [Fact]
    public void A_file_longer_than_the_buffer_is_read_record_by_record()
    {
        CounterFactFile.Write(Path, Enumerable.Range(0, 1000).Select(i => Samples.Record(i, new string('x', i + 1))));
        File.AppendAllText(_folder.File("broken.json"), File.ReadAllText(Path)[..200_000]);

        Assert.Equal(Enumerable.Range(0, 1000), CounterFactFile.Read(Path).Select(r => r.CaseId));
        Assert.Equal(100, CounterFactFile.Read(_folder.File("broken.json")).Take(100).Count());
    }

    [Fact]
    public void A_record_longer_than_the_buffer_is_read()
    {
        var record = Samples.Record() with { GenerationPrompts = [.. Enumerable.Repeat("Réunion is", 30_000)] };
        CounterFactFile.Write(Path, [record, Samples.Record(8)]);

        Assert.Equal([30_000, 1], CounterFactFile.Read(Path).Select(r => r.GenerationPrompts.Count));
    }

    [Theory]
    [InlineData("\"subject\":\"Second\"", "\"subjekt\":\"Second\"", "subject")]
    [InlineData("\"case_id\":2", "\"case_id\":\"two\"", "field case_id")]
    [InlineData("{\"str\":\"Arctic\"},\"target_true\"", "null,\"target_true\"", "field requested_rewrite.target_new")]
    [InlineData("{\"str\":\"Arctic\"}", "\"Arctic\"", "field requested_rewrite.target_new")]
    [InlineData("\"prompt\":\"{} lies in\"", "\"prompt\":\"Second lies in\"", "field requested_rewrite")]
    [InlineData("\"str\":\"Indian\"", "\"str\":\" \"", "field requested_rewrite.target_true.str")]
    [InlineData("\"neighborhood_prompts\":[", "\"neighborhood_prompts\":[3,", "field neighborhood_prompts[0]")]
    [InlineData("\"case_id\":2,", "\"case_id\":2,,", "','")]
    public void A_broken_record_is_refused_with_file_number_and_field(string text, string by, string named)
    {
        CounterFactFile.Write(Path, [Samples.Record(1, "First"), Samples.Record(2, "Second")]);
        var lines = File.ReadAllLines(Path);
        lines[2] = lines[2].Replace(text, by);
        File.WriteAllLines(Path, lines);

        var error = Assert.Throws<AmendException>(() => CounterFactFile.Read(Path).Count());

        Assert.Contains($"'{Path}', record 2", error.Message);
        Assert.Contains(named, error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[")]
    [InlineData("{\"case_id\": 1}")]
    [InlineData("[null]")]
    [InlineData("[{\"case_id\": 1")]
    [InlineData("no JSON")]
    public void A_file_that_is_no_array_of_records_is_refused(string text)
    {
        File.WriteAllText(Path, text);

        var error = Assert.Throws<AmendException>(() => CounterFactFile.Read(Path).Count());

        Assert.Contains($"'{Path}', record 1", error.Message);
    }

    [Fact]
    public void A_missing_file_is_one_sentence_with_the_path()
    {
        var error = Assert.Throws<AmendException>(() => CounterFactFile.Read(_folder.File("none.json")).Count());

        Assert.Contains("none.json", error.Message);
    }
}
