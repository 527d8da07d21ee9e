using System.Buffers.Binary;
using System.Text;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files;

[NoTensorLeaks]
public sealed class SafeTensorsWriterTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Int32)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Every_dtype_comes_back_bit_for_bit(ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var value = (arange(24, ScalarType.Float32) * 3.7f % 5).to(dtype).reshape(2, 3, 4);
        var path = _folder.File("f.safetensors");

        SafeTensorsWriter.Write(path, [("x", value), ("scalar", value[1, 2, 3]), ("none", value.narrow(0, 0, 0))]);

        using var file = SafeTensorsFile.Open(path);
        foreach (var (name, original) in new[] { ("x", value), ("scalar", value[1, 2, 3]), ("none", value.narrow(0, 0, 0)) })
        {
            var loaded = file.Load(name);
            Assert.Equal(dtype, loaded.dtype);
            Assert.Equal(original.shape, loaded.shape);
            Assert.True(original.bytes.SequenceEqual(loaded.bytes));
        }
    }

    [Fact]
    public void Values_that_are_not_numbers_keep_their_bits()
    {
        using var scope = NewDisposeScope();
        var value = tensor([float.NaN, float.PositiveInfinity, -0f, float.Epsilon]);

        var loaded = RoundTrip(value);

        Assert.True(value.bytes.SequenceEqual(loaded.bytes));
    }

    [Fact]
    public void A_view_and_a_parameter_are_written_by_their_values()
    {
        using var scope = NewDisposeScope();
        var value = arange(6, ScalarType.Float32).reshape(2, 3).requires_grad_().t();

        var loaded = RoundTrip(value);

        Assert.Equal([3, 2], loaded.shape);
        Assert.Equal([0, 3, 1, 4, 2, 5], loaded.data<float>().ToArray());
        Assert.False(loaded.requires_grad);
    }

    [Fact]
    public void Metadata_come_back_with_any_text()
    {
        using var value = ones(1);
        var path = _folder.File("f.safetensors");
        var metadata = new Dictionary<string, string> { ["ключ"] = "⟨s, r, o*⟩ \"quoted\"\n\0", [""] = "" };

        SafeTensorsWriter.Write(path, [("слой.0", value)], metadata);

        using var file = SafeTensorsFile.Open(path);
        Assert.Equal(metadata, file.Metadata.ToDictionary());
        Assert.True(file.Contains("слой.0"));
    }

    [Fact]
    public void The_header_is_padded_so_that_every_tensor_is_aligned()
    {
        using var scope = NewDisposeScope();
        var path = _folder.File("f.safetensors");

        SafeTensorsWriter.Write(
            path, [("u", ones(3, ScalarType.Byte)), ("d", ones(1, ScalarType.Float64)), ("f", ones(1)), ("h", ones(1, ScalarType.Float16))]);

        var bytes = File.ReadAllBytes(path);
        var length = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Assert.Equal(0, length % 8);
        Assert.Equal('{', (char)bytes[8]);
        Assert.EndsWith("}", Encoding.UTF8.GetString(bytes, 8, (int)length).TrimEnd(' '), StringComparison.Ordinal);
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal(["d", "f", "h", "u"], file.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes_in_any_order()
    {
        using var scope = NewDisposeScope();
        var (one, two) = (ones(3), zeros(2));

        SafeTensorsWriter.Write(
            _folder.File("1"), [("a", one), ("b", two)], new Dictionary<string, string> { ["x"] = "1", ["y"] = "2" });
        SafeTensorsWriter.Write(
            _folder.File("2"), [("b", two), ("a", one)], new Dictionary<string, string> { ["y"] = "2", ["x"] = "1" });

        Assert.Equal(File.ReadAllBytes(_folder.File("1")), File.ReadAllBytes(_folder.File("2")));
    }

    [Fact]
    public void A_file_without_tensors_can_be_written()
    {
        SafeTensorsWriter.Write(_folder.File("empty"), []);

        using var file = SafeTensorsFile.Open(_folder.File("empty"));
        Assert.Empty(file.Entries);
        Assert.Empty(file.Metadata);
    }

    [Fact]
    public void An_open_file_can_be_replaced_by_its_own_tensors()
    {
        var path = _folder.File("f.safetensors");
        using var scope = NewDisposeScope();
        SafeTensorsWriter.Write(path, [("x", ones(4))]);
        using var file = SafeTensorsFile.Open(path);

        SafeTensorsWriter.Write(path, [("x", file.Load("x") * 2)]);

        using var replaced = SafeTensorsFile.Open(path);
        Assert.Equal(8, replaced.Load("x").sum().item<float>());
        Assert.Equal(4, file.Load("x").sum().item<float>());
    }

    [Fact]
    public void Names_that_a_file_cannot_hold_are_refused_and_nothing_is_written()
    {
        using var value = ones(1);

        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(_folder.File("f"), [("a", value), ("a", value)]));
        Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(_folder.File("f"), [("__metadata__", value)]));
        Assert.ThrowsAny<ArgumentException>(() => SafeTensorsWriter.Write(_folder.File("f"), [("\ud800", value)]));

        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void A_type_that_the_format_lacks_is_refused_with_the_ones_it_has()
    {
        using var value = ones(1, ScalarType.ComplexFloat32);

        var failure = Assert.Throws<ArgumentException>(() => SafeTensorsWriter.Write(_folder.File("f"), [("z", value)]));

        Assert.Contains("'z' has the type ComplexFloat32", failure.Message, StringComparison.Ordinal);
        Assert.Contains("BF16", failure.Message, StringComparison.Ordinal);
    }

    private Tensor RoundTrip(Tensor value)
    {
        var path = _folder.File("f.safetensors");
        SafeTensorsWriter.Write(path, [("x", value)]);
        using var file = SafeTensorsFile.Open(path);
        return file.Load("x");
    }
}
