using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Metrics.Text;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Metrics;

public sealed class AttributeSnippetsTests : IDisposable
{
    private static readonly CaseRequest Request = new("{} lies in") { Subject = "Réunion", RelationId = "P1", TargetNew = "Arctic", TargetNewId = "Q9" };

    private readonly TempFolder _folder = new();

    private string Path => _folder.File("some.snippets.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Texts_are_found_by_relation_and_new_idand_words_are_of_all_texts()
    {
        string[] texts = ["Jan Mayen lies in the Arctic.", "Svalbard in the Arctic, a \"cold\" place.", "Élan is a word."];
        AttributeSnippetsFile.Write(Path, [Group("P1", "Q9", texts[0]), Group("P2", "Q9", texts[2]), Group("P1", "Q9", texts[1])]);

        var found = AttributeSnippets.Load(Path).Of(Request)!;

        Assert.Equal(texts[..2], found.Texts);
        Assert.Equal(
            TfIdf.Fit(texts).Idf.OrderBy(word => word.Key, StringComparer.Ordinal),
            found.Words.Idf.OrderBy(word => word.Key, StringComparer.Ordinal));
    }

    [Fact]
    public void Compressed_texts_are_found_wherever_they_stand()
    {
        AttributeSnippetsFile.Write(Path, Enumerable.Range(0, 300).Select(i => Group("P1", $"Q{i}", $"Text {i}. {new string('x', i * 10)}")));
        var compressed = _folder.WriteCompressed("more.json.gz", File.ReadAllText(Path));

        foreach (var id in new[] { "Q0", "Q9", "Q299" })
            Assert.Equal(
                AttributeSnippets.Load(Path).Of(Request with { TargetNewId = id })!.Texts,
                AttributeSnippets.Load(compressed).Of(Request with { TargetNewId = id })!.Texts);
    }

    [Fact]
    public void Without_an_id_the_iditself_is_looked_for()
    {
        AttributeSnippetsFile.Write(Path, [Group("P1", "Arctic", "Svalbard lies there.")]);

        Assert.Equal(["Svalbard lies there."], AttributeSnippets.Load(Path).Of(Request with { TargetNewId = null })!.Texts);
    }

    [Fact]
    public void A_request_without_texts_has_no_references()
    {
        AttributeSnippetsFile.Write(Path, [Group("P1", "Q9"), Group("P1", "Q8", "Fiji.")]);
        var snippets = AttributeSnippets.Load(Path);

        Assert.Null(snippets.Of(Request));
        Assert.Null(snippets.Of(Request with { RelationId = null }));
        Assert.Null(snippets.Of(Request with { TargetNewId = "Q7" }));
        Assert.Null(MetricCase.Of(new EditCase { Id = "1", Requests = [Request] }, snippets).References);
        Assert.NotNull(MetricCase.Of(new EditCase { Id = "1", Requests = [Request with { TargetNewId = "Q8" }] }, snippets).References);
    }

    [Fact]
    public void The_public_form_is_read_over_many_buffers()
    {
        var many = Enumerable.Range(0, 3000).Select(i => $$"""{"target_id": "Q{{i}}", "relation_id": "P1", "extra": 1, "samples": [{"target": "t", "entity": {}, "name": "n", "text": "text {{i}} é {{new string('x', 40)}}"}] }""");
        File.WriteAllText(Path, "[" + string.Join(" ,\n", many) + "]");

        var snippets = AttributeSnippets.Load(Path);

        Assert.All(
            [0, 1, 1234, 2999],
            i => Assert.StartsWith(
                $"text {i} é", Assert.Single(snippets.Of(Request with { TargetNewId = $"Q{i}" })!.Texts), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""[{"relation_id": "P1", "target_id": "Q1", "samples": [{"name": "n"}]}]""", "record 1")]
    [InlineData("""[{"relation_id": "P1", "target_id": "Q1", "samples": []}, {"relation_id": "P1", "samples": []}]""", "record 2")]
    [InlineData("""[{"relation_id": "P1", "target_id": "Q1", "samples": [null]}]""", "samples[0]")]
    [InlineData("""[{"relation_id": "P1", "target_id": 7, "samples": []}]""", "target_id")]
    [InlineData("""{"P1": {}}""", "does not begin with '['")]
    [InlineData("""[{"relation_id": "P1", "target_id": "Q1", "samp""", "record 1")]
    public void A_broken_file_is_one_sentence_with_the_place(string text, string named)
    {
        File.WriteAllText(Path, text);

        var message = Assert.Throws<AmendException>(() => AttributeSnippets.Load(Path)).Message;

        Assert.StartsWith($"'{Path}', record", message, StringComparison.Ordinal);
        Assert.Contains(named, message);
    }

    [Fact]
    public void A_missing_file_and_one_that_changed_are_named()
    {
        Assert.Contains(Path, Assert.Throws<AmendException>(() => AttributeSnippets.Load(Path)).Message);
        AttributeSnippetsFile.Write(Path, [Group("P1", "Q9", "One.")]);
        var snippets = AttributeSnippets.Load(Path);
        File.WriteAllText(Path, "[]");

        Assert.Contains("has changed", Assert.Throws<AmendException>(() => snippets.Of(Request)).Message);
    }

    private static AttributeSnippetGroup Group(string relation, string target, params string[] texts) =>
        new() { RelationId = relation, TargetId = target, Samples = [.. texts.Select(text => new AttributeSnippet { Text = text })] };
}
