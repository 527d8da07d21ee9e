using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.Gguf;

[NoTensorLeaks]
public sealed class GgufSplitTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_parts_beside_the_first_are_read_as_one_file()
    {
        var first = Part(1, 3, "a");
        Part(2, 3, "b");
        Part(3, 3, "c");

        using var file = GgufFile.Open(first);
        using var c = file.Load("c");

        Assert.Equal(["a", "b", "c"], file.Entries.Select(entry => entry.Name));
        Assert.Equal("llama", file.Metadata.Text("general.architecture"));
        Assert.Equal([3, 3], c.data<float>().ToArray());
    }

    [Fact]
    public void A_missing_part_is_named()
    {
        var first = Part(1, 3, "a");
        Part(2, 3, "b");

        Refused(first, "it is part 1 of 3, and part 3, 'm-00003-of-00003.gguf', is missing beside it");
    }

    [Fact]
    public void A_later_part_is_refused_and_the_first_named()
    {
        Part(1, 2, "a");

        Refused(Part(2, 2, "b"), "not the first part of a split model but part 2", "m-00001-of-00002.gguf'");
    }

    [Fact]
    public void A_first_part_of_another_name_is_refused_with_the_name_that_is_expected()
    {
        var path = _folder.File("renamed.gguf");
        File.Move(Part(1, 2, "a"), path);

        Refused(path, "the first of 2 parts, whose names are to end in -00001-of-00002.gguf");
    }

    [Fact]
    public void A_part_of_another_place_is_refused()
    {
        var first = Part(1, 2, "a");
        File.Move(Part(3, 4, "b"), _folder.File("m-00002-of-00002.gguf"));

        Refused(first, "by its name it is part 2 of 2, by its metadata part 3 of 4");
    }

    [Fact]
    public void A_tensor_of_two_parts_is_refused()
    {
        var first = Part(1, 2, "a");
        Part(2, 2, "a");

        Refused(first, "it is a part that has the tensor 'a'");
    }

    [Fact]
    public void Parts_with_fewer_tensors_than_the_first_says_are_refused()
    {
        var first = Part(1, 2, "a", tensors: 5);
        Part(2, 2, "b", tensors: 5);

        Refused(first, "its 2 parts hold 2 tensors where split.tensors.count says 5");
    }

    private static void Refused(string path, params string[] words)
    {
        var refusal = Assert.Throws<GgufException>(() => GgufFile.Open(path));
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    private string Part(int number, int count, string tensor, int? tensors = null)
    {
        var path = _folder.File($"m-{number:D5}-of-{count:D5}.gguf");
        List<(string Key, object Value)> metadata =
            [("split.no", (ushort)(number - 1)), ("split.count", (ushort)count), ("split.tensors.count", tensors ?? count)];
        if (number == 1)
            metadata.Add(("general.architecture", "llama"));
        GgufWriter.Write(path, metadata, [GgufContent.Of(tensor, GgufType.Find("F32"), [2], () => full(2, number))]);
        return path;
    }
}
