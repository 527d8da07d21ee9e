using Amend.Tensors.Files;
using Amend.Tensors.Files.PyTorch;
using Amend.Testing.PyTorch;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Files.PyTorch;

[NoTensorLeaks]
public sealed class TorchFileTests : IDisposable
{
    private const string Name = "pytorch_model.bin";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, ScalarType> Types => new(
        ("DoubleStorage", ScalarType.Float64), ("FloatStorage", ScalarType.Float32), ("HalfStorage", ScalarType.Float16),
        ("BFloat16Storage", ScalarType.BFloat16), ("LongStorage", ScalarType.Int64), ("IntStorage", ScalarType.Int32),
        ("ShortStorage", ScalarType.Int16), ("CharStorage", ScalarType.Int8), ("ByteStorage", ScalarType.Byte), ("BoolStorage", ScalarType.Bool));

    [Theory]
    [MemberData(nameof(Types))]
    public void A_tensor_of_every_type_is_read(string storage, ScalarType dtype)
    {
        using var scope = NewDisposeScope();
        var value = tensor(new[] { 1f, 0f, 1f, 1f, 0f, 1f }).to(dtype);
        Write(new PickleBytes().Proto().OrderedDict().Op('(').Text("w").Tensor(storage, "7", 6, 0, [2, 3], [3, 1]).Op('u').Done(), ("7", value.bytes.ToArray()));

        using var file = Open();

        Assert.Equal(dtype, file.Entry("w").DType);
        TensorAssert.Equal("w", value.view(2, 3), file.Load("w"));
        TensorAssert.Equal("w", value.view(2, 3).to(ScalarType.Float32), file.Load("w", ScalarType.Float32));
    }

    [Fact]
    public void Views_of_one_storage_are_read_with_their_offsets_and_strides()
    {
        using var scope = NewDisposeScope();
        var storage = arange(12, dtype: ScalarType.Float32);
        Write(
            new PickleBytes().Proto().Op('}').Op('(')
                .Text("whole").Tensor("FloatStorage", "0", 12, 0, [3, 4], [4, 1])
                .Text("turned").Tensor("FloatStorage", "0", 12, 0, [4, 3], [1, 4])
                .Text("column").Tensor("FloatStorage", "0", 12, 1, [3], [4])
                .Text("row").Tensor("FloatStorage", "0", 12, 8, [1, 4], [99, 1])
                .Text("scalar").Tensor("FloatStorage", "0", 12, 11, [], [])
                .Text("empty").Tensor("FloatStorage", "0", 12, 12, [0, 4], [4, 1])
                .Op('u').Done(),
            ("0", storage.bytes.ToArray()));

        using var file = Open();

        var whole = storage.view(3, 4);
        TensorAssert.Equal("whole", whole, file.Load("whole"));
        TensorAssert.Equal("turned", whole.t(), file.Load("turned"));
        Assert.True(file.Load("turned").is_contiguous());
        TensorAssert.Equal("turned", whole.t().to(ScalarType.BFloat16), file.Load("turned", ScalarType.BFloat16));
        TensorAssert.Equal("column", whole[TensorIndex.Colon, 1], file.Load("column"));
        TensorAssert.Equal("row", whole[2].view(1, 4), file.Load("row"));
        Assert.Equal(11, file.Load("scalar").item<float>());
        Assert.Equal([0, 4], file.Load("empty").shape);
    }

    [Fact]
    public void A_state_dict_with_memo_versions_and_parameters_is_read()
    {
        Write(
            new PickleBytes().Proto().OrderedDict().Raw((byte)'q', 0).Op('(')
                .Text("a").Raw((byte)'q', 1).SomeTensor().Raw((byte)'r').U32(70_000)
                .Text("b").Global("torch._utils", "_rebuild_parameter").Op('(').Raw((byte)'j').U32(70_000).Raw(0x88).OrderedDict().Op('t').Op('R')
                .Op('u')
                .Op('}').Text("_metadata").OrderedDict().Op('s').Op('b').Done(),
            ("0", new byte[16]));

        using var file = Open();

        Assert.Equal(["a", "b"], file.Entries.Select(entry => entry.Name));
        Assert.Equal([2, 2], file.Entry("b").Shape);
    }

    [Fact]
    public void A_checkpoint_in_this_form_is_found_after_safetensors()
    {
        WriteOne("from.bin");
        using (var checkpoint = Checkpoint.Open(_folder.Path))
            Assert.Equal(["from.bin"], checkpoint.Names);
        using var value = ones(1);

        SafeTensorsWriter.Write(_folder.File("model.safetensors"), [("from.safetensors", value)]);

        using var other = Checkpoint.Open(_folder.Path);
        Assert.Equal(["from.safetensors"], other.Names);
    }

    [Fact]
    public void Shards_in_this_form_are_read_as_one()
    {
        WriteOne("a", "pytorch_model-00001-of-00002.bin");
        WriteOne("b", "pytorch_model-00002-of-00002.bin");
        File.WriteAllText(
            _folder.File("pytorch_model.bin.index.json"),
            """{"weight_map":{"a":"pytorch_model-00001-of-00002.bin","b":"pytorch_model-00002-of-00002.bin"}}""");

        using var checkpoint = Checkpoint.Open(_folder.Path);

        Assert.Equal(["a", "b"], checkpoint.Names);
        using var loaded = checkpoint.Load("b");
        Assert.Equal([2, 2], loaded.shape);
    }

    [Fact]
    public void Only_shapes_can_be_looked_at()
    {
        WriteOne("a");

        using var checkpoint = Checkpoint.OpenShapes(_folder.Path);
        using var loaded = checkpoint.Load("a", ScalarType.BFloat16);

        Assert.Equal(TorchSharp.DeviceType.META, loaded.device_type);
        Assert.Equal([2, 2], loaded.shape);
        Assert.Equal(ScalarType.BFloat16, loaded.dtype);
    }

    [Fact]
    public void A_file_that_is_cut_off_after_it_was_opened_is_refused()
    {
        WriteOne("a");
        using var file = Open();
        using (var stream = new FileStream(_folder.File(Name), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            stream.SetLength(100);

        var error = Assert.Throws<AmendException>(() => file.Load("a"));

        Assert.Contains("so the file was cut off after it was opened", error.Message);
    }

    private void WriteOne(string tensor, string file = Name) =>
        _folder.Write(file, ZipBytes.Checkpoint(new PickleBytes().Proto().OrderedDict().Text(tensor).SomeTensor().Op('s').Done(), ("0", new byte[16])));

    private void Write(byte[] pickle, params (string Key, byte[] Bytes)[] storages) => _folder.Write(Name, ZipBytes.Checkpoint(pickle, storages));

    private TorchFile Open() => TorchFile.Open(_folder.File(Name));
}
