using System.Text;
using Amend.Tensors.Files;

namespace Amend.Tensors.Tests.Files;

public sealed class TextFileTests : IDisposable
{
    private const string Text = "first\r\nsecond, \u00e9\n";
    private readonly TempFolder _folder = new();

    private string Long { get; } = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"line {i}, {i * 7919 % 1009}"));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("text.txt.gz")]
    [InlineData("text")]
    public void A_compressed_text_is_read_and_hashed_as_the_plain_one_whatever_its_name(string name)
    {
        var plain = _folder.Write("plain", Encoding.UTF8.GetBytes(Text));
        var compressed = _folder.WriteCompressed(name, Text);

        foreach (var path in new[] { plain, compressed })
        {
            Assert.Equal(Text, TextFile.ReadAllText(path));
            Assert.Equal(["first", "second, \u00e9"], TextFile.ReadLines(path));
            Assert.Equal(ContentHash.Of(Text), TextFile.Hash(path));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    public void A_text_shorter_than_the_mark_is_plain(string text) =>
        Assert.Equal(text, TextFile.ReadAllText(_folder.Write("short", Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void Several_compressed_parts_one_after_the_other_are_one_text()
    {
        byte[] both =
        [
            .. File.ReadAllBytes(_folder.WriteCompressed("a", "one\n")), .. File.ReadAllBytes(_folder.WriteCompressed("b", "two\n")),
        ];

        Assert.Equal("one\ntwo\n", TextFile.ReadAllText(_folder.Write("both", both)));
    }

    [Fact]
    public async Task A_compressed_text_is_read_in_every_way_that_a_stream_has_and_only_onwards()
    {
        var path = _folder.WriteCompressed("text", "abcde");
        await using var stream = TextFile.Open(path);
        var buffer = new byte[5];

        Assert.Equal('a', stream.ReadByte());
        Assert.Equal(1, stream.Read(buffer, 1, 1));
        Assert.Equal(1, stream.Read(buffer.AsSpan(2, 1)));
        Assert.Equal(1, await stream.ReadAsync(buffer.AsMemory(3, 1), TestContext.Current.CancellationToken));
        Assert.Equal("bcd", Encoding.UTF8.GetString(buffer, 1, 3));
        Assert.Equal('e', stream.ReadByte());
        Assert.Equal(-1, stream.ReadByte());
        Assert.False(stream.CanSeek || stream.CanWrite);
        Assert.Contains("byte 3", Assert.Throws<NotSupportedException>(() => stream.Position = 3).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Compressed_data_that_breaks_off_or_is_damaged_is_one_sentence_with_the_file()
    {
        var whole = File.ReadAllBytes(_folder.WriteCompressed("whole.gz", Long));
        byte[] damaged = [.. whole];
        Array.Fill<byte>(damaged, 0xFF, damaged.Length / 2, 16);

        foreach (var bytes in new[] { whole[..(whole.Length / 2)], whole[..6], damaged, [.. whole, .. whole[..^9]] })
        {
            var path = _folder.Write("broken.gz", bytes);
            var error = Assert.Throws<BrokenTextException>(() => TextFile.ReadLines(path).Count());
            Assert.StartsWith($"The compressed file '{path}' is broken or ends too early (", error.Message, StringComparison.Ordinal);
            Assert.EndsWith("; download it again.", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a.jsonl.gz", "a.jsonl")]
    [InlineData("a.GZ", "a")]
    [InlineData("a.json", "a.json")]
    public void The_text_in_a_compressed_file_is_called_like_the_file_without_its_ending(string path, string name) =>
        Assert.Equal(name, TextFile.PlainName(path));
}
