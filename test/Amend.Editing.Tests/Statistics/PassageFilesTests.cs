using Amend.Editing.Statistics;
using Amend.Tensors;

namespace Amend.Editing.Tests.Statistics;

public sealed class PassageFilesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_is_all_its_text_files_in_the_order_of_their_paths()
    {
        Write("b.txt", "one\n\ntwo\n");
        Write("a/z.md", "# first");
        Write("a/deeper/c.jsonl", """
            {"id": 1, "text": "a record\nof two lines"}

            {"text": "another"}
            """);
        var (picture, notes) = (Write("a/picture.png", "no text"), Write("notes", "unnamed"));

        var files = PassageFiles.Find([_folder.Path]);
        var passages = files.Read().ToList();

        Assert.Equal(["a record\nof two lines", "", "another", "# first", "one", "", "two"], passages.Select(passage => passage.Text));
        Assert.Equal([0, 3, 4], passages.Index().Where(passage => passage.Item.BeginsFile).Select(passage => passage.Index));
        Assert.Equal([picture, notes], files.PassedOver);
        Assert.Equal([picture], PassageFiles.Find([_folder.Path, notes]).PassedOver);
    }

    [Fact]
    public void A_file_may_have_any_name_and_several_are_read_in_the_order_given()
    {
        var (first, second) = (Write("notes", "x"), Write("more.csv", "y"));

        Assert.Equal(["y", "x"], PassageFiles.Find([second, first]).Read().Select(passage => passage.Text));
    }

    [Theory]
    [InlineData("records.json", "{\"text\": \"one\"}\n\n{\"id\": 2, \"text\": \"two\\nlines\"}\n", "one||two\nlines")]
    [InlineData("records.txt", "{\"text\": \"one\"}\n{\"text\": \"two\"}", "one|two")]
    [InlineData("list.json", "\n [{\"text\": \"one\"},\n  {\"id\": 2,\n   \"text\": \"two\"}]\n", "one|two")]
    [InlineData("list.txt", "[{\"text\": \"one\"}, {\"text\": \"two\"}]", "one|two")]
    [InlineData("notes.txt", "[sic] is no list\n{nor} this", "[sic] is no list|{nor} this")]
    [InlineData("code.txt", "{\"name\": 1}\n[1, 2]", "{\"name\": 1}|[1, 2]")]
    [InlineData("empty.json", "", "")]
    public void The_content_of_a_file_says_whether_it_is_records(string name, string content, string passages) =>
        Assert.Equal(passages, string.Join('|', PassageFiles.Find([Write(name, content)]).Read().Select(passage => passage.Text)));

    [Theory]
    [InlineData("lines.txt", "one\n\ntwo\n")]
    [InlineData("records.jsonl", "{\"text\": \"one\"}\n{\"text\": \"two\"}")]
    [InlineData("list.json", "[{\"text\": \"one\"}, {\"text\": \"two\"}]")]
    public void A_compressed_file_has_the_passages_of_the_plain_one_alone_and_in_a_folder(string name, string content)
    {
        var plain = PassageFiles.Find([Write(name, content)]).Read().ToList();
        var compressed = _folder.WriteCompressed("compressed.gz", content);
        Directory.CreateDirectory(_folder.File("texts"));
        var inFolder = _folder.WriteCompressed($"texts/{name}.gz", content);

        Assert.Equal(plain, PassageFiles.Find([compressed]).Read());
        Assert.Equal(plain, PassageFiles.Find([inFolder]).Read());
        if (!name.EndsWith(".json", StringComparison.Ordinal))
            Assert.Equal([inFolder], PassageFiles.Find([_folder.File("texts")]).Files);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        var text = Write("a.txt", "x");
        Directory.CreateDirectory(_folder.File("empty"));

        Assert.Contains($"The text '{text}' was given twice", Failure(text, _folder.Path), StringComparison.Ordinal);
        Assert.Contains("There is no text file or folder", Failure(_folder.File("none")), StringComparison.Ordinal);
        Assert.Contains("has no .txt, .md, .jsonl file", Failure(_folder.File("empty")), StringComparison.Ordinal);
        Assert.Contains("Line 2 of", Failure(Write("bad.txt", "x\nb\0d")), StringComparison.Ordinal);
        Assert.Contains("Line 1 of", Failure(Write("bad.jsonl", "{")), StringComparison.Ordinal);
        Assert.Contains("has no text in a field 'text'", Failure(Write("other.jsonl", """{"text": 3}""")), StringComparison.Ordinal);
        Assert.Contains("has no text in a field 'text'", Failure(Write("list.jsonl", """["text"]""")), StringComparison.Ordinal);
        Assert.Contains("Record 2 of", Failure(Write("list.json", """[{"text": "x"}, {"body": "y"}]""")), StringComparison.Ordinal);
        Assert.Contains("is not a valid JSON list", Failure(Write("broken.json", """[{"text": "x"}, {"tex""")), StringComparison.Ordinal);
        Assert.Contains("Line 1 of", Failure(Write("config.json", "{\n  \"text\": \"x\"\n}")), StringComparison.Ordinal);
        Assert.Contains("Line 1 of", Failure(Write("plain.json", "no JSON at all")), StringComparison.Ordinal);
    }

    private static string Failure(params string[] paths) => Assert.Throws<AmendException>(() => PassageFiles.Find(paths).Read().ToList()).Message;

    private string Write(string name, string text)
    {
        var path = _folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
