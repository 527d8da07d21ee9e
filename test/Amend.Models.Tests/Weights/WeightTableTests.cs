using Amend.Models.Configuration;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

[NoTensorLeaks]
public sealed class WeightTableTests : IDisposable
{
    private const string Down = "transformer.h.0.mlp.c_proj.weight";

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Equal_weights_have_equal_hashes_and_other_seeds_others()
    {
        using var first = Table(1);
        using var same = Table(1);
        using var other = Table(2);

        Assert.Equal(first.Hash(), same.Hash());
        Assert.NotEqual(first.Hash(), other.Hash());
        Assert.Matches("^[0-9a-f]{64}$", first.Hash());
    }

    [Fact]
    public void One_bit_of_one_weight_changes_the_hash()
    {
        using var table = Table(1);
        var before = table.Hash();

        FlipLowestBit(table[Down].Value);

        Assert.NotEqual(before, table.Hash());
    }

    [Fact]
    public void Names_types_and_shapes_count_in_the_hash()
    {
        using var plain = Single("w", zeros(2, 3));
        using var renamed = Single("v", zeros(2, 3));
        using var reshaped = Single("w", zeros(3, 2));
        using var retyped = Single("w", zeros(2, 3, dtype: ScalarType.Int32));

        Assert.Equal(4, new[] { plain, renamed, reshaped, retyped }.Select(table => table.Hash()).Distinct().Count());
    }

    [Fact]
    public void The_hash_of_a_transposed_view_is_that_of_its_values()
    {
        using var scope = NewDisposeScope();
        var value = arange(6, dtype: ScalarType.Float32).view(2, 3);
        using var plain = Single("w", value.clone());
        using var view = Single("w", value.t().contiguous().t());

        Assert.Equal(plain.Hash(), view.Hash());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void A_saved_model_loads_with_the_same_bits(ScalarType dtype)
    {
        using var model = TinyModels.Gpt2(seed: 5, dtype: dtype);
        WriteConfig();

        model.Weights.Save(_folder.File("model.safetensors"), dtype);
        using var loaded = LanguageModel.Load(_folder.Path, new LoadOptions { DType = dtype });

        Assert.Equal(model.BaseHash, loaded.BaseHash);
    }

    [Fact]
    public void Weights_saved_in_half_precision_load_as_their_rounded_values()
    {
        using var table = Table(6);
        WriteConfig();

        table.Save(_folder.File("model.safetensors"), ScalarType.Float16);
        using var loaded = LanguageModel.Load(_folder.Path);

        using var scope = NewDisposeScope();
        Assert.Equal(ScalarType.Float32, loaded.Weights[Down].Value.dtype);
        TensorAssert.Equal(Down, table[Down].Value.to(ScalarType.Float16).to(ScalarType.Float32), loaded.Weights[Down].Value);
    }

    [Fact]
    public void The_file_has_the_checkpoints_names_and_orientation()
    {
        using var table = Table(1);

        table.Save(_folder.File("model.safetensors"), ScalarType.Float32);
        using var file = SafeTensorsFile.Open(_folder.File("model.safetensors"));

        Assert.Equal(table.All.Select(weight => weight.Name).Order(), file.Entries.Select(entry => entry.Name).Order());
        Assert.Equal([16, 64], table[Down].Value.shape);
        Assert.Equal([64, 16], file.Entry(Down).Shape);
        Assert.Equal([64, 16], file.Entry("transformer.wte.weight").Shape);
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_an_example()
    {
        using var table = Table(1);

        var error = Assert.Throws<ModelFormatException>(() => table["h.0.w"]);

        Assert.Equal("The model has no weight 'h.0.w'; it has 28, such as 'transformer.wte.weight'.", error.Message);
    }

    private static WeightTable Table(int seed) => TinyModels.Gpt2Weights(TinyModels.Gpt2Shape(), seed);

    private static WeightTable Single(string name, Tensor value)
    {
        var table = new WeightTable();
        table.Add(new ModelWeight(name, value, StoredTransposed: false));
        return table;
    }

    private static void FlipLowestBit(Tensor value)
    {
        using var scope = NewDisposeScope();
        var bytes = value.bytes;
        bytes[0] ^= 1;
    }

    private void WriteConfig() => TinyModels.WriteGpt2Config(_folder.File("config.json"));
}
