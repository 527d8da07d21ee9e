using Amend.Models.Configuration;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

[NoTensorLeaks]
public sealed class WeightReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_weight_stored_in_by_out_is_read_out_by_in()
    {
        using var checkpoint = Checkpoint(("m.w", tensor(new float[,] { { 0, 1, 2 }, { 3, 4, 5 } })));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, "m.");

        reader.ReadTransposed("m.w", outputs: 3, inputs: 2);
        using var table = reader.Finish();

        Assert.True(table["m.w"].StoredTransposed);
        Assert.Equal([0, 3, 1, 4, 2, 5], table["m.w"].Value.data<float>().ToArray());
    }

    [Fact]
    public void A_name_is_found_without_its_optional_prefix()
    {
        using var checkpoint = Checkpoint(("w", ones(2)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float16, CPU, "m.");

        Assert.True(reader.Has("m.w"));
        Assert.False(reader.Has("n.w"));
        reader.Read("m.w", 2);
        using var table = reader.Finish();

        Assert.Equal(ScalarType.Float16, table["m.w"].Value.dtype);
    }

    [Fact]
    public void Norms_are_found_under_the_names_of_the_first_published_files()
    {
        using var checkpoint = Checkpoint(("bert.LayerNorm.gamma", full(2, 3f)), ("LayerNorm.beta", full(2, 4f)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, "bert.");

        reader.Read("bert.LayerNorm.weight", 2);
        reader.Read("bert.LayerNorm.bias", 2);
        Assert.False(reader.Has("bert.dense.weight"));
        using var table = reader.Finish();

        Assert.Equal([3, 3], table["bert.LayerNorm.weight"].Value.data<float>().ToArray());
        Assert.Equal([4, 4], table["bert.LayerNorm.bias"].Value.data<float>().ToArray());
    }

    [Fact]
    public void All_problems_are_told_at_once()
    {
        using var checkpoint = Checkpoint(("m.a", ones(2)), ("m.b", ones(2, 3)), ("m.d", ones(1)), ("m.h.0.attn.bias", ones(1)), ("lm_head.weight", ones(1)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, "m.");

        reader.Read("m.a", 2);
        reader.Read("m.b", 3, 2);
        reader.Read("m.c", 4);
        var error = Assert.Throws<ModelFormatException>(reader.Finish);

        Assert.Equal(
            $"The checkpoint in '{_folder.Path}' does not fit its config.json (3 problems): "
            + "'m.b' is [2,3] where [3,2] was expected; 'm.c' is missing; 'm.d' is not expected; check that both come from the same model.",
            error.Message);
    }

    [Fact]
    public void A_layer_that_the_configuration_does_not_have_is_refused()
    {
        using var checkpoint = Checkpoint(("m.h.0.w", ones(2)), ("m.h.1.w", ones(2)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, "m.");

        reader.Read("m.h.0.w", 2);
        var error = Assert.Throws<ModelFormatException>(reader.Finish);

        Assert.Contains("(1 problems): 'm.h.1.w' is not expected;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_reader_that_did_not_finish_frees_what_it_read()
    {
        using var checkpoint = Checkpoint(("m.a", ones(2)));
        using var reader = new WeightReader(checkpoint, ScalarType.Float32, CPU, "m.");

        reader.Read("m.a", 2);
    }

    private Checkpoint Checkpoint(params (string Name, Tensor Value)[] tensors)
    {
        SafeTensorsWriter.Write(_folder.File("model.safetensors"), tensors);
        foreach (var (_, value) in tensors)
            value.Dispose();
        return Tensors.Files.Checkpoint.Open(_folder.Path);
    }
}
