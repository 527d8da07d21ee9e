using System.Text;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class RecordFieldsTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Encodings => ["utf-8", "utf-16", "utf-16BE", "utf-32"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("counterfact", """{"case_id":1,"requested_rewrite":{"prompt":"{} began in","subject":"Java","target_new":{"str":1912},"target_true":{"str":19.50}},"paraphrase_prompts":[],"neighborhood_prompts":[]}""", "1912", "19.50")]
    [InlineData("counterfact-easyedit", """{"case_id":1,"prompt":"Java began in","subject":"Java","target_new":1912,"ground_truth":1950,"rephrase_prompt":"So","locality_prompt":"Elba began in","locality_ground_truth":7}""", "1912", "1950")]
    [InlineData("zsre-alt", """{"src":"When did Java begin?","subject":"Java","alt":1912,"answers":[1950],"rephrase":"When?","loc":"who","loc_ans":3}""", "1912", "1950")]
    [InlineData("knowedit", """{"prompt":"Java began in","subject":"Java","target_new":1912,"ground_truth":[1950]}""", "1912", "1950")]
    [InlineData("amend", """{"id":"a","requests":[{"prompt":"{} began in","subject":"Java","target_new":1912,"target_true":1950}]}""", "1912", "1950")]
    public void A_number_as_a_target_is_read_as_it_is_written(string format, string record, string added, string kept)
    {
        var request = Read(format, record).Requests[0];

        Assert.Equal((added, kept), (request.TargetNew, request.TargetTrue));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\" \"")]
    [InlineData("[]")]
    public void An_optional_field_that_is_empty_is_one_that_is_missing(string empty)
    {
        var missing = Read("knowedit", """{"prompt":"Java lies in","subject":"Java","target_new":"Asia"}""");
        var read = Read("knowedit", $$$"""{"prompt":"Java lies in","subject":"Java","target_new":"Asia","rephrase_prompt":{{{empty}}},"ground_truth":{{{empty}}},"locality":{{{empty}}},"portability":{"Reasoning":{{{empty}}}}}""");

        Assert.Equivalent(missing, read, strict: true);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_file_is_read_in_every_Unicode_form_that_says_so_at_its_beginning(string name)
    {
        const string Record = """{"prompt":"Réunion lies in","subject":"Réunion","target_new":"the Arctic"}""";
        var path = _folder.File("cases.json");
        foreach (var text in new[] { $"[\n{Record},\n{Record}]", $"{Record}\n{Record}\n" })
        {
            File.WriteAllText(path, text, Encoding.GetEncoding(name));

            Assert.Equal(
                ["Réunion", "Réunion"], BuiltInDatasets.Find("knowedit").Read(path, new()).Select(read => read.Requests[0].Subject));
        }
    }

    private EditCase Read(string format, string record)
    {
        var path = _folder.File("cases.json");
        File.WriteAllText(path, $"[{record}]");
        return Assert.Single(BuiltInDatasets.Find(format).Read(path, new()));
    }
}
