using System.Buffers.Binary;
using Amend.Tensors.Files.Gguf;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.Gguf;

[NoTensorLeaks]
public sealed class GgufFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Dimensions_are_turned_round_and_the_order_of_the_list_is_kept()
    {
        using var file = Open([], Content("b", "F32", [2, 3]), Content("a", "F16", [4]));

        Assert.Equal(["b", "a"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([2, 3], file.Entry("b").Shape);
        Assert.Equal((ScalarType.Float32, ScalarType.Float16), (file.Entry("b").DType, file.Entry("a").DType));
        Assert.Equal(GgufType.Find("F16"), file.TypeOf("a"));
        Assert.True(file.Contains("a"));
        Assert.False(file.Contains("c"));
    }

    [Fact]
    public void Quantised_blocks_are_float32_by_default_and_rounded_to_the_type_that_is_asked()
    {
        var random = new Random(1);
        var numbers = Enumerable.Range(0, 300 * 256).Select(_ => random.NextSingle() - 0.5f).ToArray();
        using var scope = NewDisposeScope();
        using var file = Open([], GgufContent.Of("x", GgufType.Find("Q4_1"), [300, 256], () => tensor(numbers).reshape(300, 256)));

        var plain = file.Load("x");

        Assert.Equal(ScalarType.Float32, plain.dtype);
        Assert.True((plain - tensor(numbers).reshape(300, 256)).abs().max().item<float>() < 0.04f);
        foreach (var dtype in new[] { ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64 })
            TensorAssert.Equal($"{dtype}", plain.to(dtype), file.Load("x", dtype));
    }

    [Fact]
    public void A_tensor_of_many_pieces_is_what_its_blocks_are_one_by_one()
    {
        using var file = Open([], Raw("x", "Q6_K", [513, 256], seed: 3));
        var blocks = RandomBlocks(GgufType.Find("Q6_K"), 513, seed: 3);
        var expected = new float[513 * 256];
        for (var block = 0; block < 513; block++)
            GgufType.Find("Q6_K").ReadBlocks!(blocks.AsSpan(block * 210, 210), expected.AsSpan(block * 256, 256));

        using var read = file.Load("x");

        Assert.Equal(expected, read.data<float>().ToArray());
    }

    [Fact]
    public void Threads_load_at_once()
    {
        using var file = Open([], Raw("x", "Q8_0", [100, 1024], seed: 1), Raw("y", "Q4_0", [100, 1024], seed: 2));
        using var x = file.Load("x");
        using var y = file.Load("y");

        Parallel.For(0, 16, i =>
        {
            using var again = file.Load(i % 2 == 0 ? "x" : "y");
            Assert.True(again.bytes.SequenceEqual((i % 2 == 0 ? x : y).bytes));
        });
    }

    [Fact]
    public void A_tensor_loaded_in_inference_mode_is_filled_by_all_threads()
    {
        using var file = Open([], Raw("x", "Q8_0", [100, 1024], seed: 1));
        using var expected = file.Load("x", ScalarType.BFloat16);
        using var inference = inference_mode();

        using var read = file.Load("x", ScalarType.BFloat16);

        Assert.True(read.bytes.SequenceEqual(expected.bytes));
    }

    [Theory]
    [InlineData(8u)]
    [InlineData(64u)]
    [InlineData(4096u)]
    public void Another_alignment_is_kept_to(uint alignment)
    {
        using var file = Open([("general.alignment", alignment)], Content("a", "F32", [3]), Content("b", "F32", [5]));
        using var b = file.Load("b");

        Assert.Equal(Math.Max(alignment, 16), file.Entry("b").Begin);
        Assert.Equal([0, 1, 2, 3, 4], b.data<float>().ToArray());
    }

    [Fact]
    public void Version_2_is_read()
    {
        var path = Write([("x", "y")], Content("a", "F32", [3]));
        Change(path, 4, 2);

        using var file = GgufFile.Open(path);

        Assert.Equal("y", file.Metadata.Text("x"));
    }

    [Fact]
    public void A_big_endian_file_is_refused_by_name()
    {
        var path = Write([]);
        Change(path, 4, 3 << 24);

        Refused(path, "byte order is big-endian", "convert the model again for little-endian machines");
    }

    [Fact]
    public void A_file_that_is_not_there_a_folder_and_a_pointer_are_refused()
    {
        Refused(_folder.File("none.gguf"), "none.gguf", "give the path of a GGUF file that exists");
        Refused(_folder.Path, _folder.Path);
        Refused(_folder.Write("p.gguf", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"u8.ToArray()), "Git LFS pointer");
    }

    [Fact]
    public void A_name_that_is_not_there_is_told_with_the_nearest()
    {
        using var file = Open([], Content("blk.0.attn_q.weight", "F32", [3]));

        var refusal = Assert.Throws<GgufException>(() => file.Load("blk.0.attn_k.weight"));

        Assert.Contains("the nearest of its 1 names is 'blk.0.attn_q.weight'", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_after_it_was_opened_is_told()
    {
        var path = Write([("tokens", new[] { "a", "b" })], Raw("x", "Q4_0", [64, 1024], seed: 1));
        using var file = GgufFile.Open(path);
        using (var writer = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            writer.SetLength(40);

        Assert.Contains("tensor 'x' stops at byte", Assert.Throws<GgufException>(() => file.Load("x")).Message, StringComparison.Ordinal);
        Assert.Contains("cut off", Assert.Throws<GgufException>(() => file.Metadata.Texts("tokens")).Message, StringComparison.Ordinal);
    }

    /// <summary>Ten thousand of the smallest keys and tensors: what is kept of one is a few times its bytes, whatever messages might say.</summary>
    [Fact]
    public void Opening_a_file_of_many_small_entries_takes_memory_in_proportion()
    {
        var type = GgufType.Find("I8");
        var metadata = Enumerable.Range(0, 10_000).Select(i => ($"{i}", (object)(byte)1)).Prepend(("general.alignment", 8u)).ToArray();
        var tensors = Enumerable.Range(0, 10_000).Select(i => new GgufContent($"{i}", type, [1], stream => stream.WriteByte(1))).ToArray();
        var path = Write(metadata, tensors);
        GgufFile.Open(path).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();

        GgufFile.Open(path).Dispose();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 * new FileInfo(path).Length);
    }

    [Fact]
    public void A_closed_file_is_not_read()
    {
        var file = Open([("tokens", new[] { "a" })], Content("x", "F32", [3]));
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Load("x"));
        Assert.Throws<ObjectDisposedException>(() => file.Metadata.Texts("tokens"));
    }

    private static GgufContent Content(string name, string type, long[] shape) =>
        GgufContent.Of(name, GgufType.Find(type), shape, () => arange(shape.Aggregate((a, b) => a * b), ScalarType.Float32).reshape(shape));

    private static GgufContent Raw(string name, string type, long[] shape, int seed)
    {
        var found = GgufType.Find(type);
        var blocks = RandomBlocks(found, (int)(shape.Aggregate((a, b) => a * b) / found.BlockElements), seed);
        return new(name, found, shape, stream => stream.Write(blocks));
    }

    /// <summary>Blocks whose halves are numbers: no byte reaches the exponent of infinity.</summary>
    private static byte[] RandomBlocks(GgufType type, int count, int seed)
    {
        var blocks = new byte[count * type.BlockBytes];
        new Random(seed).NextBytes(blocks);
        for (var i = 0; i < blocks.Length; i++)
            blocks[i] &= 0x3F;
        return blocks;
    }

    private static void Refused(string path, params string[] words)
    {
        var refusal = Assert.Throws<GgufException>(() => GgufFile.Open(path));
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
    }

    private static void Change(string path, int at, int number)
    {
        var bytes = File.ReadAllBytes(path);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), number);
        File.WriteAllBytes(path, bytes);
    }

    private string Write((string Key, object Value)[] metadata, params GgufContent[] tensors)
    {
        GgufWriter.Write(_folder.File("x.gguf"), metadata, tensors);
        return _folder.File("x.gguf");
    }

    private GgufFile Open((string Key, object Value)[] metadata, params GgufContent[] tensors) => GgufFile.Open(Write(metadata, tensors));
}
