using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.Gguf;

[NoTensorLeaks]
public sealed class GgufWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_content_gives_the_same_bytes()
    {
        var first = File.ReadAllBytes(Write([("a", 1u), ("b", "x")], Content("w", "Q8_0", 64)));

        Assert.Equal(first, File.ReadAllBytes(Write([("a", 1u), ("b", "x")], Content("w", "Q8_0", 64))));
        Assert.Equal(0, first.Length % 32);
    }

    [Fact]
    public void What_a_failure_interrupts_leaves_the_old_file()
    {
        var path = Write([("a", 1u)]);
        var before = File.ReadAllBytes(path);

        Assert.Throws<ArgumentException>(() => Write([], new GgufContent("w", GgufType.Find("F32"), [2], stream => stream.Write(new byte[7]))));

        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Values_are_asked_for_one_at_a_time()
    {
        var alive = 0;
        var most = 0;
        Tensor Value()
        {
            most = Math.Max(most, ++alive);
            return ones(32);
        }

        GgufContent Counted(string name)
        {
            var content = GgufContent.Of(name, GgufType.Find("Q4_0"), [32], Value);
            return content with { Write = stream => { content.Write(stream); alive--; } };
        }

        Write([], Counted("a"), Counted("b"), Counted("c"));

        Assert.Equal((0, 1), (alive, most));
    }

    [Fact]
    public void A_transposed_tensor_of_another_type_is_written_row_by_row()
    {
        var path = Write([], GgufContent.Of("w", GgufType.Find("F32"), [3, 2], () => arange(6, ScalarType.Float64).reshape(2, 3).t()));

        using var file = GgufFile.Open(path);
        using var read = file.Load("w");

        Assert.Equal([0, 3, 1, 4, 2, 5], read.data<float>().ToArray());
    }

    [Fact]
    public void What_no_reader_takes_is_refused()
    {
        Refused("Two of kind key are named 'a'", () => Write([("a", 1), ("a", 2)]));
        Refused("Two of kind tensor are named 'w'", () => Write([], Content("w", "F32", 1), Content("w", "F32", 1)));
        Refused("A key has an empty name", () => Write([("", 1)]));
        Refused("over 63 bytes", () => Write([], Content(new string('x', 64), "F32", 1)));
        Refused("rows of 8 elements, no multiple of the 32 of a block of Q4_0", () => Write([], Content("w", "Q4_0", 8)));
        Refused("has the shape [0]", () => Write([], Content("w", "F32", 0)));
        Refused("a value of type Decimal", () => Write([("a", 1m)]));
        Refused("general.alignment is to be a power of two", () => Write([("general.alignment", 12u)]));
        Assert.Contains("'w' is to be written as Q6_K, which is read only; take one of F32, F16, Q4_0",
            Assert.Throws<AmendException>(() => Content("w", "Q6_K", 256)).Message, StringComparison.Ordinal);
    }

    private static void Refused(string words, Func<string> write) =>
        Assert.Contains(words, Assert.Throws<ArgumentException>(write).Message, StringComparison.Ordinal);

    private static GgufContent Content(string name, string type, long count) =>
        GgufContent.Of(name, GgufType.Find(type), [count], () => arange(count, ScalarType.Float32));

    private string Write((string Key, object Value)[] metadata, params GgufContent[] tensors)
    {
        GgufWriter.Write(_folder.File("x.gguf"), metadata, tensors);
        return _folder.File("x.gguf");
    }
}
