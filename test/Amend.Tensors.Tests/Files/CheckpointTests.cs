using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files;

[NoTensorLeaks]
public sealed class CheckpointTests : IDisposable
{
    private const string First = "model-00001-of-00002.safetensors";
    private const string Second = "model-00002-of-00002.safetensors";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_single_file_is_found()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), [("b", ones(2)), ("a", zeros(3))]);

        using var checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(["a", "b"], checkpoint.Names);
        Assert.True(checkpoint.Contains("a"));
        Assert.False(checkpoint.Contains("c"));
        Assert.Equal([3], checkpoint.Entry("a").Shape);
        Assert.Equal(2, checkpoint.Load("b", ScalarType.Float64).sum().item<double>());
    }

    [Fact]
    public void Shards_are_read_as_one()
    {
        WriteShards("""{"metadata":{"total_size":20},"weight_map":{"a":"FIRST","b":"SECOND","c":"SECOND"}}""");

        using var checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(["a", "b", "c"], checkpoint.Names);
        Assert.Equal(2, checkpoint.Files.Count);
        foreach (var (name, expected) in new[] { ("a", 1f), ("b", 2f), ("c", 3f) })
        {
            using var loaded = checkpoint.Load(name);
            Assert.Equal(expected, loaded.item<float>());
        }
    }

    [Fact]
    public void The_single_file_goes_before_an_index()
    {
        WriteShards("not json");
        using var value = ones(1);
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), [("only", value)]);

        using var checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(["only"], checkpoint.Names);
    }

    [Fact]
    public void A_folder_without_weights_is_one_sentence_with_what_it_has()
    {
        _folder.Write("other.bin", [1]);

        Refused("has neither model.safetensors nor model.safetensors.index.json nor pytorch_model.bin nor pytorch_model.bin.index.json but 'other.bin'; give");
    }

    [Fact]
    public void An_empty_folder_and_a_missing_one_are_told_apart()
    {
        Refused("no file at all");

        var missing = Assert.Throws<AmendException>(() => Checkpoint.Open(_folder.File("nowhere")));
        Assert.Contains("There is no folder", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Missing_shards_are_named()
    {
        WriteShards("""{"weight_map":{"a":"FIRST","b":"SECOND"}}""");
        File.Delete(_folder.File(Second));

        Refused($"names 1 shard(s) that '{_folder.Path}' lacks: '{Second}'");
    }

    [Fact]
    public void A_tensor_that_its_shard_lacks_is_named()
    {
        WriteShards("""{"weight_map":{"a":"FIRST","c":"FIRST"}}""");
        using var checkpoint = Checkpoint.Open(_folder.Path);

        var failure = Assert.Throws<AmendException>(() => checkpoint.Load("c"));

        Assert.Equal(["a"], checkpoint.Names);
        Assert.Equal(_folder.File(First), checkpoint.Absent["c"]);
        Assert.Contains($"places tensor 'c' in '{_folder.File(First)}', which does not have it", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensors_are_compared_by_shape_and_value()
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(
            _folder.File("model.safetensors"), [("a", ones(2)), ("b", ones(2, ScalarType.Float16)), ("c", ones(2, 1)), ("d", zeros(2))]);
        using var checkpoint = Checkpoint.OpenShapes(_folder.Path);

        Assert.True(checkpoint.AreEqual("a", "b"));
        Assert.False(checkpoint.AreEqual("a", "c"));
        Assert.False(checkpoint.AreEqual("a", "d"));
    }

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.safetensors.index.json")]
    [InlineData("pytorch_model.bin")]
    public void A_Git_LFS_pointer_says_what_it_is(string file)
    {
        File.WriteAllText(_folder.File(file), "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 548105171\n");

        Refused($"'{_folder.File(file)}' is a Git LFS pointer of 74 bytes, not the file that it stands for; run 'git lfs pull'");
    }

    [Theory]
    [InlineData("../model.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("sub\\\\model.safetensors")]
    [InlineData("C:model.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void A_shard_that_is_not_a_plain_file_name_is_refused(string shard)
    {
        WriteShards($$$"""{"weight_map":{"a":"{{{shard}}}"}}""");

        Refused("which is not a plain file name");
    }

    [Theory]
    [InlineData("not json", "Cannot read the index")]
    [InlineData("[]", "no object 'weight_map'")]
    [InlineData("""{"weight_map":[]}""", "no object 'weight_map'")]
    [InlineData("""{"weight_map":{"a":1}}""", "shard of tensor 'a' is not a string")]
    [InlineData("""{"weight_map":{"a":"FIRST","a":"SECOND"}}""", "Cannot read the index")]
    [InlineData("""{"weight_map":{"\ud800":"FIRST"}}""", "Cannot read the index")]
    public void A_broken_index_is_refused(string json, string found)
    {
        WriteShards(json);

        Refused(found);
    }

    [Fact]
    public void A_broken_shard_is_named_and_the_others_are_closed()
    {
        WriteShards("""{"weight_map":{"a":"FIRST","b":"SECOND"}}""");
        _folder.Write(Second, [1, 2, 3]);

        Refused(Second);

        using var exclusive = new FileStream(_folder.File(First), FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Fact]
    public void An_unknown_name_gets_the_nearest_one()
    {
        WriteShards("""{"weight_map":{"a":"FIRST","b":"SECOND"}}""");
        using var checkpoint = Checkpoint.Open(_folder.Path);

        var failure = Assert.Throws<AmendException>(() => checkpoint.Load("A"));

        Assert.Contains("has no tensor 'A'; the nearest of its 2 names is", failure.Message, StringComparison.Ordinal);
    }

    private void WriteShards(string index)
    {
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(_folder.File(First), [("a", ones(1))]);
        SafeTensorsWriter.Write(_folder.File(Second), [("b", ones(1) * 2), ("c", ones(1) * 3)]);
        var named = index.Replace("FIRST", First, StringComparison.Ordinal).Replace("SECOND", Second, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("model.safetensors.index.json"), named);
    }

    private void Refused(string found)
    {
        var failure = Assert.ThrowsAny<AmendException>(() => Checkpoint.Open(_folder.Path));

        Assert.Contains(found, failure.Message, StringComparison.Ordinal);
    }
}
