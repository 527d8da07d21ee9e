using Amend.Models.Configuration;
using Amend.Models.Inspection;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Weights;

[NoTensorLeaks]
public sealed class PackedMatricesTests
{
    private const string Down = "model.layers.1.mlp.experts.down_proj";

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void Packed_experts_are_those_in_floats_bit_for_bit(ScalarType type)
    {
        using var folders = new PackedGptOss();
        using var scope = NewDisposeScope();
        using var packed = TinyModels.FromFolder(folders.Packed, new CharacterTokenizer(), type);
        using var floats = TinyModels.FromFolder(folders.Floats, new CharacterTokenizer(), type);

        Assert.Equal(floats.BaseHash, packed.BaseHash);
        TensorAssert.Equal("logits", Logits(floats), Logits(packed));
    }

    [Fact]
    public void On_disk_they_are_looked_at_unpacked()
    {
        using var folders = new PackedGptOss();
        using var packed = StoredModel.Open(folders.Packed);
        using var floats = StoredModel.Open(folders.Floats);

        Assert.Equal(floats.Hash(ScalarType.Float32), packed.Hash(ScalarType.Float32));
        Assert.Equal(floats.Checkpoint.Names, packed.Checkpoint.Names);
        Assert.Equal([PackedGptOss.Experts, PackedGptOss.Inner, PackedGptOss.Width], packed.Checkpoint.Entry(Down).Shape);
        var inspection = ModelInspection.Run(folders.Packed);
        Assert.Empty(inspection.Problems);
        Assert.Contains(
            "8 tensors in MXFP4 are unpacked when they are loaded: in memory they have the type of the others.", inspection.Notes);
        Assert.Equal(ModelInspection.Run(folders.Floats).Parameters, inspection.Parameters);
    }

    [Fact]
    public void Wrong_shapes_are_told_in_a_sentence_that_blames_no_quantization()
    {
        using var folders = new PackedGptOss(tensors => tensors[$"{Down}_scales"] = tensors[$"{Down}_scales"].narrow(1, 0, 31));

        var message = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(folders.Packed)).Message;

        Assert.Equal(
            $"'{Down}_blocks' is Byte [4,32,2,16] and '{Down}_scales' Byte [4,31,2], where MXFP4 has uint8 [experts,out,in/32,16] and "
            + "[experts,out,in/32]; download the model again.", message);
        Assert.Equal(message, Assert.Single(ModelInspection.Run(folders.Packed).Problems));
    }

    [Fact]
    public void Numbers_of_another_type_are_no_packed_ones()
    {
        using var folders = new PackedGptOss(tensors => tensors[$"{Down}_scales"] = tensors[$"{Down}_scales"].to(float32));

        Assert.Contains(
            $"'{Down}_scales' Float32 [4,32,2], where MXFP4 has uint8", Assert.Throws<ModelFormatException>(() => LanguageModel.Load(folders.Packed)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_matrix_of_another_size_does_not_fit_its_configuration()
    {
        using var cut = new PackedGptOss(tensors =>
        {
            tensors[$"{Down}_blocks"] = tensors[$"{Down}_blocks"].narrow(2, 0, 1).contiguous();
            tensors[$"{Down}_scales"] = tensors[$"{Down}_scales"].narrow(2, 0, 1).contiguous();
        });

        Assert.Contains(
            $"'{Down}' is [4,32,32] where [4,64,32] was expected", Assert.Throws<ModelFormatException>(() => LanguageModel.Load(cut.Packed)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Blocks_without_scales_are_a_missing_matrix()
    {
        using var folders = new PackedGptOss(tensors => tensors.Remove($"{Down}_scales"));

        var message = Assert.Throws<ModelFormatException>(() => LanguageModel.Load(folders.Packed)).Message;

        Assert.Contains($"'{Down}' is missing", message, StringComparison.Ordinal);
        Assert.Contains($"'{Down}_blocks' is not expected", message, StringComparison.Ordinal);
    }

    private static Tensor Logits(LanguageModel model)
    {
        using var inference = inference_mode();
        return model.Logits(TokenBatch.Pad([model.Tokenize("The cat sat").Ids, model.Tokenize("So?").Ids], padding: 0));
    }
}
