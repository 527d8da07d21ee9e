using Amend.Evaluation.Datasets;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Datasets;

public sealed class CsvRecordReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_are_records_by_the_names_of_the_header_whatever_their_order()
    {
        var texts = Read("\uFEFFlabel,note,text\r\nwet,,\"sea, \"\"deep\"\"\nand cold\"\r\n\r\n7,x,sand\r\n");

        Assert.Equal([("0", "sea, \"deep\"\nand cold", "wet"), ("1", "sand", "7")], texts);
    }

    [Fact]
    public void A_compressed_file_is_read_too()
    {
        var path = _folder.WriteCompressed("texts.CSV.gz", "text,label\nsea,wet\n");

        Assert.Equal("sea", BuiltInDatasets.Find("labelled").Read(path, new()).Single().Classification!.Text);
    }

    [Theory]
    [InlineData("text,label\nsea,wet\nfog\n", "row 3: the row has 1 fields where the header has 2 (text, label); correct the record")]
    [InlineData("text,label\n,wet\n", "row 2: field text is empty")]
    [InlineData("text,class\nsea,wet\n", "row 2: field label is missing")]
    [InlineData("text,text\nsea,wet\n", "names the columns 'text', 'text'; name each column")]
    [InlineData("text,\nsea,wet\n", "names the columns 'text', ''; name each column")]
    [InlineData(" \n", "is empty")]
    public void What_is_broken_is_one_sentence_with_file_and_row(string text, string said)
    {
        var error = Assert.Throws<AmendException>(() => Read(text));

        Assert.Contains(said, error.Message);
        Assert.Contains(_folder.File("texts.csv"), error.Message);
    }

    [Fact]
    public void Broken_rows_can_be_passed_over()
    {
        File.WriteAllText(_folder.File("texts.csv"), "text,label\nsea,wet\nfog\nsand,dry\n");
        var options = new DatasetOptions { SkipBad = true };

        var cases = BuiltInDatasets.Find("labelled").Read(_folder.File("texts.csv"), options).ToList();

        Assert.Equal(["sea", "sand"], cases.Select(one => one.Classification!.Text));
        Assert.Equal(1, options.Skipped.Count);
    }

    private List<(string Id, string Text, string Label)> Read(string text)
    {
        File.WriteAllText(_folder.File("texts.csv"), text);
        return
        [
            .. BuiltInDatasets.Find("labelled").Read(_folder.File("texts.csv"), new())
                .Select(one => (one.Id, one.Classification!.Text, one.Classification.Label)),
        ];
    }
}
