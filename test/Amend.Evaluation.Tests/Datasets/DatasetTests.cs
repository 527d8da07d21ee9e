using Amend.Evaluation.Datasets;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class DatasetTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Formats => DatasetFixtures.Formats;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Formats))]
    public void Each_record_is_one_case_and_the_first_and_last_are_right(string format)
    {
        var expected = BuiltInDatasets.Find("amend").Read(DatasetFixtures.Expected(format), new()).ToList();

        var cases = BuiltInDatasets.Find(format).Read(DatasetFixtures.Of(format), new()).ToList();

        Assert.Equal(2, expected.Count);
        Assert.Equal(DatasetFixtures.Records(format).Length, cases.Count);
        Assert.Equivalent(expected[0], cases[0], strict: true);
        Assert.Equivalent(expected[1], cases[^1], strict: true);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_form_is_read_from_an_array_and_from_lines_alike(string format)
    {
        var records = DatasetFixtures.Records(format);
        File.WriteAllText(_folder.File("array"), "\uFEFF [" + string.Join(" ,\n\n ", records) + "]");
        File.WriteAllText(_folder.File("lines"), "\uFEFF" + string.Join("\r\n\r\n", records));
        var dataset = BuiltInDatasets.Find(format);

        Assert.Equivalent(
            dataset.Read(_folder.File("array"), new()).ToList(), dataset.Read(_folder.File("lines"), new()).ToList(), strict: true);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_form_is_read_from_a_compressed_file_alike(string format)
    {
        var records = DatasetFixtures.Records(format);
        var array = _folder.WriteCompressed("array.json.gz", "[" + string.Join(",\n", records) + "]");
        var lines = _folder.WriteCompressed("lines.jsonl.gz", string.Join("\n", records));
        var dataset = BuiltInDatasets.Find(format);

        foreach (var path in new[] { array, lines })
            Assert.Equivalent(dataset.Read(DatasetFixtures.Of(format), new()).ToList(), dataset.Read(path, new()).ToList(), strict: true);
    }

    [Fact]
    public void A_compressed_file_that_breaks_off_ends_the_reading_even_where_bad_records_are_passed_over()
    {
        var record = DatasetFixtures.Records("known")[0];
        var whole = _folder.WriteCompressed(
            "lines", string.Concat(Enumerable.Range(0, 5000).Select(i => record.Replace("{", $"{{\"note\":{i * 7919 % 10007},") + "\n")));
        File.WriteAllBytes(whole, File.ReadAllBytes(whole)[..^2000]);

        var error = Assert.Throws<BrokenTextException>(() => BuiltInDatasets.Find("known").Read(whole, new() { SkipBad = true }).Count());

        Assert.Contains($"'{whole}' is broken or ends too early", error.Message);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void A_big_file_is_not_read_whole(string format)
    {
        var record = DatasetFixtures.Records(format)[0];
        File.WriteAllText(_folder.File("array"), "[" + string.Concat(Enumerable.Repeat(record + ",\n", 2000)) + "broken");
        File.WriteAllText(_folder.File("lines"), string.Concat(Enumerable.Repeat(record + "\n", 2000)) + "broken");
        var dataset = BuiltInDatasets.Find(format);

        foreach (var path in new[] { _folder.File("array"), _folder.File("lines") })
        {
            Assert.Single(dataset.Read(path, new()).Take(1));
            Assert.Equal(2000, dataset.Read(path, new()).Take(2000).Count());
            Assert.Throws<AmendException>(() => dataset.Read(path, new()).Count());
        }
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Bad_records_are_passed_over_only_on_demand_and_counted(string format)
    {
        var records = DatasetFixtures.Records(format);
        File.WriteAllText(_folder.File("array"), $"[{records[0]}, 3, {records[^1]}, {{}}]");
        File.WriteAllText(_folder.File("lines"), $"{records[0]}\n{{\"id\": \n{records[^1]}\n[]\n");
        var dataset = BuiltInDatasets.Find(format);
        var options = new DatasetOptions { SkipBad = true };

        foreach (var (path, place) in new[] { (_folder.File("array"), "record 2"), (_folder.File("lines"), "line 2") })
        {
            Assert.Equal(2, dataset.Read(path, options).Count());
            Assert.Equal(2, options.Skipped.Count);
            Assert.StartsWith($"'{path}', {place}: ", options.Skipped.Reasons[0]);
            Assert.Throws<AmendException>(() => dataset.Read(path, new()).Count());
        }
    }

    [Fact]
    public void A_number_for_an_id_counts_the_broken_records_too()
    {
        var records = DatasetFixtures.Records("scotus");
        File.WriteAllText(_folder.File("lines"), $"{records[0]}\nbroken\n{records[1]}\n");

        Assert.Equal(
            ["0", "2"], BuiltInDatasets.Find("scotus").Read(_folder.File("lines"), new() { SkipBad = true }).Select(read => read.Id));
    }

    [Fact]
    public void An_array_with_a_syntax_error_ends_the_reading_even_where_bad_records_are_passed_over()
    {
        File.WriteAllText(_folder.File("array"), $"[{DatasetFixtures.Records("known")[0]},,]");

        var error = Assert.Throws<AmendException>(
            () => BuiltInDatasets.Find("known").Read(_folder.File("array"), new() { SkipBad = true }).Count());

        Assert.Contains("record 2: this is not JSON", error.Message);
    }

    [Fact]
    public void A_missing_and_an_empty_file_are_one_sentence_each()
    {
        File.WriteAllText(_folder.File("empty"), " \n");
        var dataset = BuiltInDatasets.Find("known");

        Assert.Contains("none.json", Assert.Throws<AmendException>(() => dataset.Read(_folder.File("none.json"), new()).Count()).Message);
        Assert.Contains("is empty", Assert.Throws<AmendException>(() => dataset.Read(_folder.File("empty"), new()).Count()).Message);
    }
}
