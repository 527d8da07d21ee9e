using Amend.Tensors.Files.Gguf;

namespace Amend.Tensors.Tests.Files.Gguf;

public sealed class GgufMetadataTests : IDisposable
{
    private static readonly (string Key, object Value)[] All =
    [
        ("u8", byte.MaxValue), ("i8", sbyte.MinValue), ("u16", ushort.MaxValue), ("i16", short.MinValue), ("u32", uint.MaxValue), ("i32", int.MinValue),
        ("u64", ulong.MaxValue), ("i64", long.MinValue), ("f32", 0.1f), ("f64", 0.1), ("flag", true), ("text", "東京 a\0b"),
        ("u8s", new byte[] { 0, 255 }), ("i8s", new sbyte[] { -128, 127 }), ("u16s", new ushort[] { 1 }), ("i16s", new short[] { -1 }),
        ("u32s", new uint[] { uint.MaxValue }), ("i32s", new[] { -1, 2 }), ("u64s", new[] { 1UL, ulong.MaxValue }), ("i64s", new[] { long.MaxValue }),
        ("f32s", new[] { 0.5f, float.PositiveInfinity }), ("f64s", new[] { 0.1 }), ("flags", new[] { true, false }), ("texts", new[] { "", "Größe", "b" }),
        ("none", Array.Empty<int>()), ("nested", new object[] { new[] { 1, 2 }, new[] { "x" }, Array.Empty<object>() }),
    ];

    private readonly TempFolder _folder = new();
    private readonly GgufFile _file;

    public GgufMetadataTests()
    {
        GgufWriter.Write(_folder.File("x.gguf"), All, []);
        _file = GgufFile.Open(_folder.File("x.gguf"));
    }

    private GgufMetadata Metadata => _file.Metadata;

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_type_is_written_and_read_in_the_order_of_the_file()
    {
        Assert.Equal(All.Select(pair => pair.Key), Metadata.Keys);
        Assert.All(All, pair => Assert.Equal(pair.Value, Metadata.Value(pair.Key)));
    }

    [Fact]
    public void Keys_that_are_to_be_written_are_those_that_a_reader_of_the_file_has()
    {
        var written = GgufMetadata.Of("x.gguf", All);

        Assert.Equal(Metadata.Keys, written.Keys);
        Assert.All(Metadata.Keys, key =>
        {
            Assert.Equal(Metadata.TypeName(key), written.TypeName(key));
            Assert.Equal(Metadata.Value(key), written.Value(key));
        });
    }

    [Fact]
    public void An_integer_is_read_from_any_integer_type()
    {
        Assert.Equal(
            [byte.MaxValue, sbyte.MinValue, ushort.MaxValue, short.MinValue, uint.MaxValue, int.MinValue, long.MinValue],
            new[] { "u8", "i8", "u16", "i16", "u32", "i32", "i64" }.Select(Metadata.Integer));
        Assert.Equal([0, 255], Metadata.Integers("u8s"));
        Assert.Equal([-1, 2], Metadata.Integers("i32s"));
        Assert.Empty(Metadata.Integers("none"));
        Assert.Contains($"'u64' is {ulong.MaxValue}, over 2^63 - 1", Refusal(() => Metadata.Integer("u64")), StringComparison.Ordinal);
        Assert.Contains($"'u64s' holds {ulong.MaxValue}", Refusal(() => Metadata.Integers("u64s")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_number_is_read_from_any_numeric_type()
    {
        Assert.Equal([0.1f, 0.1, 255, ulong.MaxValue], new[] { "f32", "f64", "u8", "u64" }.Select(Metadata.Number));
        Assert.Equal([0.5, double.PositiveInfinity], Metadata.Numbers("f32s"));
        Assert.Equal([-1, 2], Metadata.Numbers("i32s"));
    }

    [Fact]
    public void Texts_and_flags_are_read()
    {
        Assert.Equal("東京 a\0b", Metadata.Text("text"));
        Assert.True(Metadata.FlagOrNone("flag"));
        Assert.Equal(["", "Größe", "b"], Metadata.Texts("texts"));
    }

    [Fact]
    public void A_key_that_is_not_there_is_null_or_told_with_the_nearest()
    {
        Assert.Null(Metadata.TextOrNone("tex"));
        Assert.Null(Metadata.IntegerOrNone("tex"));
        Assert.Null(Metadata.NumberOrNone("tex"));
        Assert.Null(Metadata.FlagOrNone("tex"));
        Assert.Null(Metadata.TextsOrNone("tex"));
        Assert.Null(Metadata.IntegersOrNone("tex"));
        Assert.Null(Metadata.NumbersOrNone("tex"));
        Assert.False(Metadata.Contains("tex"));
        Assert.Contains("has no key 'tex' among its 26 (did you mean 'text'?)", Refusal(() => Metadata.Text("tex")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text", "string where an integer", nameof(GgufMetadata.Integer))]
    [InlineData("f32", "float32 where an integer", nameof(GgufMetadata.Integer))]
    [InlineData("flag", "bool where a number", nameof(GgufMetadata.Number))]
    [InlineData("u32", "uint32 where a string", nameof(GgufMetadata.Text))]
    [InlineData("texts", "array of string where a string", nameof(GgufMetadata.Text))]
    [InlineData("text", "string where an array of strings", nameof(GgufMetadata.Texts))]
    [InlineData("i32s", "array of int32 where an array of strings", nameof(GgufMetadata.Texts))]
    [InlineData("f32s", "array of float32 where an array of integers", nameof(GgufMetadata.Integers))]
    [InlineData("texts", "array of string where an array of numbers", nameof(GgufMetadata.Numbers))]
    [InlineData("nested", "array of array where an array of integers", nameof(GgufMetadata.Integers))]
    public void A_value_of_another_type_is_told_with_both(string key, string words, string method)
    {
        var read = typeof(GgufMetadata).GetMethod(method)!;

        var refusal = Assert.IsType<GgufException>(
            Assert.Throws<System.Reflection.TargetInvocationException>(() => read.Invoke(Metadata, [key])).InnerException);

        Assert.Contains($"'{key}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"has the wrong type: {words}", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_text_longer_than_the_window_is_read()
    {
        var text = string.Concat(Enumerable.Repeat("ä€𝄞", 30_000));
        var path = _folder.File("long.gguf");
        GgufWriter.Write(path, [("long", text), ("many", Enumerable.Range(0, 50_000).Select(i => $"{i}").ToArray()), ("last", 7)], []);

        using var file = GgufFile.Open(path);

        Assert.Equal(text, file.Metadata.Text("long"));
        Assert.Equal("49999", file.Metadata.Texts("many")[^1]);
        Assert.Equal(7, file.Metadata.Integer("last"));
    }

    private static string Refusal(Func<object?> read) => Assert.Throws<GgufException>(read).Message;
}
