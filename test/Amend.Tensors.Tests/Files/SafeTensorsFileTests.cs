using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files;

[NoTensorLeaks]
public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_tensor_is_read_from_the_bytes_that_its_entry_names()
    {
        var bytes = SafeTensorsBytes.File(
            """{"a":{"dtype":"I32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"U8","shape":[2,1],"data_offsets":[8,10]}}""", 10);
        bytes[^10] = 5;
        bytes[^6] = 1;
        bytes[^5] = 1;
        bytes[^2] = 200;
        bytes[^1] = 7;
        using var file = SafeTensorsFile.Open(_folder.Write("f.safetensors", bytes));

        using var a = file.Load("a");
        using var b = file.Load("b");

        Assert.Equal([5, 257], a.data<int>().ToArray());
        Assert.Equal([2, 1], b.shape);
        Assert.Equal([200, 7], b.data<byte>().ToArray());
    }

    [Fact]
    public void A_tensor_can_be_converted_as_it_is_loaded()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("f.safetensors");
        SafeTensorsWriter.Write(path, [("half", tensor([1.5f, -2f], ScalarType.BFloat16))]);
        using var file = SafeTensorsFile.Open(path);

        var loaded = file.Load("half", ScalarType.Float64);

        Assert.Equal(ScalarType.Float64, loaded.dtype);
        Assert.Equal([1.5, -2], loaded.data<double>().ToArray());
    }

    [Fact]
    public void A_loaded_tensor_outlives_the_file_and_belongs_to_the_callers_scope()
    {
        var path = _folder.File("f.safetensors");
        using (var value = ones(3))
            SafeTensorsWriter.Write(path, [("x", value)]);
        Tensor loaded;

        using (NewDisposeScope())
        {
            using (var file = SafeTensorsFile.Open(path))
                loaded = file.Load("x");
            Assert.Equal(3, loaded.sum().item<float>());
        }

        Assert.True(loaded.IsInvalid);
    }

    [Fact]
    public void Many_threads_may_load_at_once()
    {
        var path = _folder.File("f.safetensors");
        using (var scope = NewDisposeScope())
            SafeTensorsWriter.Write(path, [.. Enumerable.Range(0, 8).Select(i => ($"t{i}", ones(1000) * i))]);
        using var file = SafeTensorsFile.Open(path);

        Parallel.For(0, 64, i =>
        {
            using var loaded = file.Load($"t{i % 8}");
            Assert.True(loaded.data<float>().ToArray().All(value => value == i % 8));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(1000)]
    public void Memory_is_visited_once_in_order_whatever_the_pieces(int chunkBytes)
    {
        using var scope = NewDisposeScope();
        var values = arange(10, ScalarType.Int64);
        var seen = new List<byte>();

        TensorBytes.ForEachChunk(
            values,
            (bytes, place) =>
            {
                Assert.Equal(seen.Count, place);
                Assert.True(bytes.Length <= Math.Max(8, chunkBytes));
                seen.AddRange(bytes.ToArray());
            },
            chunkBytes);

        Assert.Equal(values.bytes.ToArray(), seen);
    }

    [Fact(Explicit = true)]
    [Trait("kind", "large")]
    public void A_tensor_over_2_GB_is_read_in_pieces_and_written_back()
    {
        const long Length = (1L << 31) + 12_345;
        var path = _folder.File("large.safetensors");
        var header = SafeTensorsBytes.File(
            $$$"""{"large":{"dtype":"U8","shape":[{{{Length}}}],"data_offsets":[0,{{{Length}}}]}}""", 0);
        using (var stream = File.Create(path))
        {
            stream.Write(header);
            stream.SetLength(header.Length + Length);
            stream.Position = header.Length + Length - 1;
            stream.WriteByte(9);
        }

        using var file = SafeTensorsFile.Open(path);
        using var loaded = file.Load("large");
        SafeTensorsWriter.Write(_folder.File("copy.safetensors"), [("large", loaded)]);
        using var copy = SafeTensorsFile.Open(_folder.File("copy.safetensors"));
        using var again = copy.Load("large");

        using var last = again[Length - 1];
        using var sum = again.count_nonzero();
        Assert.Equal(9, last.item<byte>());
        Assert.Equal(1, sum.item<long>());
    }

    [Fact]
    public void A_missing_file_is_one_sentence_with_its_path()
    {
        var path = _folder.File("none.safetensors");

        var failure = Assert.Throws<SafeTensorsException>(() => SafeTensorsFile.Open(path));

        Assert.Equal(SafeTensorsError.Unreadable, failure.Error);
        Assert.Contains(path, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_is_not_a_file() =>
        Assert.Equal(
            SafeTensorsError.Unreadable,
            Assert.Throws<SafeTensorsException>(() => SafeTensorsFile.Open(_folder.Path)).Error);

    [Fact]
    public void An_unknown_name_gets_the_nearest_one()
    {
        var path = _folder.Write(
            "f.safetensors",
            SafeTensorsBytes.File(
                """{"wte.weight":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"wpe":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""",
                0));
        using var file = SafeTensorsFile.Open(path);

        var failure = Assert.Throws<SafeTensorsException>(() => file.Load("wte.wieght"));

        Assert.Equal(SafeTensorsError.TensorNotFound, failure.Error);
        Assert.Contains("nearest of its 2 names is 'wte.weight'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_bool_that_is_neither_0_nor_1_is_refused()
    {
        var bytes = SafeTensorsBytes.File("""{"mask":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}""", 3);
        bytes[^1] = 2;
        using var file = SafeTensorsFile.Open(_folder.Write("f.safetensors", bytes));

        var failure = Assert.Throws<SafeTensorsException>(() => file.Load("mask"));

        Assert.Equal(SafeTensorsError.InvalidBoolean, failure.Error);
        Assert.Contains("element 2 of the BOOL tensor 'mask' is 2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_off_after_it_was_opened_is_refused()
    {
        var bytes = SafeTensorsBytes.File("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", 3);
        using var file = SafeTensorsFile.Open(_folder.Write("f.safetensors", bytes));
        using (var writer = new FileStream(file.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            writer.SetLength(bytes.Length - 1);

        var failure = Assert.Throws<SafeTensorsException>(() => file.Load("a"));

        Assert.Equal(SafeTensorsError.DataTruncated, failure.Error);
    }

    [Fact]
    public void A_closed_file_loads_nothing()
    {
        var path = _folder.Write(
            "f.safetensors", SafeTensorsBytes.File("""{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}""", 3));
        var file = SafeTensorsFile.Open(path);

        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Load("a"));
    }
}
