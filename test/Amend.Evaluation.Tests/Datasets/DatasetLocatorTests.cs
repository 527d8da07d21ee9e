using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class DatasetLocatorTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public DatasetLocatorTests()
    {
        File.Copy(DatasetFixtures.Of("counterfact"), _folder.File("rewrites.json"));
        File.Copy(DatasetFixtures.Of("known"), _folder.File("facts.json"));
    }

    private DatasetLocator Locator => new(_folder.Path);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("rewrites", "counterfact")]
    [InlineData("facts", "known")]
    public void A_suite_is_found_by_its_name_and_read_in_its_form(string suite, string format)
    {
        var source = Locator.Find(suite);

        Assert.Equal(format, source.Format.Name);
        Assert.Equal(3, source.Read(new()).Count());
    }

    [Theory]
    [InlineData("claims", "one")]
    [InlineData("claims.dev", "one")]
    [InlineData("claims.train", "two")]
    [InlineData("plain", "three")]
    public void A_suite_of_lines_is_in_Amends_own_form_and_its_name_alone_is_its_part_for_measuring(string name, string id)
    {
        foreach (var (file, one) in (IEnumerable<(string, string)>)[("claims.dev", "one"), ("claims.train", "two"), ("plain", "three")])
            File.WriteAllText(_folder.File($"{file}.jsonl"), $$"""{"id":"{{one}}"}""");

        var source = Locator.Find(name);

        Assert.Equal("amend", source.Format.Name);
        Assert.Equal(id, Assert.Single(source.Read(new())).Id);
        Assert.Contains("suites are claims.dev, claims.train, facts, plain, rewrites,", Assert.Throws<AmendException>(() => Locator.Find("none")).Message);
    }

    [Fact]
    public void The_reference_texts_beside_a_suite_are_found_and_are_no_suite()
    {
        var snippets = _folder.File("rewrites.snippets.json");
        File.WriteAllText(snippets, "[]");

        Assert.Equal(snippets, Locator.Find("rewrites").SnippetsPath);
        Assert.Null(Locator.Find("facts").SnippetsPath);
        Assert.Contains("suites are facts, rewrites,", Assert.Throws<AmendException>(() => Locator.Find("rewrites.snippets")).Message);
    }

    [Fact]
    public void What_lies_beside_a_compressed_data_set_is_called_as_beside_the_plain_one()
    {
        var path = _folder.WriteCompressed("more.jsonl.gz", File.ReadAllText(DatasetFixtures.Of("counterfact")));
        File.WriteAllText(_folder.File("more.snippets.json"), "[]");
        File.WriteAllText(_folder.File("more.fixed.txt"), "x");

        var source = Locator.Find($"counterfact:{path}");

        Assert.Equal(_folder.File("more.snippets.json"), source.SnippetsPath);
        Assert.Equal(_folder.File("more.fixed.txt"), source.FixedTextPath);
    }

    [Fact]
    public void A_form_and_a_path_are_read_even_where_the_path_has_a_colon()
    {
        File.Copy(DatasetFixtures.Of("zsre"), _folder.File("a:b.json"));

        Assert.Equal(3, Locator.Find("zsre-alt:" + _folder.File("a:b.json")).Read(new()).Count());
    }

    [Fact]
    public void An_unknown_form_lists_the_known_ones()
    {
        var error = Assert.Throws<AmendException>(() => Locator.Find("zsrc:" + _folder.File("facts.json")));

        Assert.Contains("'zsrc'", error.Message);
        Assert.All(BuiltInDatasets.All, dataset => Assert.Contains(dataset.Name, error.Message));
    }

    [Theory]
    [InlineData("nothing", "suites are facts, rewrites")]
    [InlineData("known:none.json", "'none.json'")]
    public void What_is_not_there_is_one_sentence(string text, string named) =>
        Assert.Contains(named, Assert.Throws<AmendException>(() => Locator.Find(text)).Message);

    [Fact]
    public void A_file_without_form_is_asked_for_it() =>
        Assert.Contains("FORMAT:", Assert.Throws<AmendException>(() => Locator.Find(_folder.File("facts.json"))).Message);
}
