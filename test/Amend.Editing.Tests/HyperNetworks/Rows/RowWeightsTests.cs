using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Tensors;

namespace Amend.Editing.Tests.HyperNetworks.Rows;

[NoTensorLeaks]
public sealed class RowWeightsTests
{
    [Fact]
    public void The_matrices_are_those_of_the_mlp_unless_modules_are_named()
    {
        using var model = TinyModels.Gpt2(layers: 3);

        Assert.Equal(
            ["transformer.h.1.mlp.c_fc.weight", "transformer.h.1.mlp.c_proj.weight", "transformer.h.2.mlp.c_fc.weight", "transformer.h.2.mlp.c_proj.weight"],
            Names(new MendNetworkOptions { Layers = [1, 2] }));
        Assert.Equal(["transformer.h.0.attn.c_attn.weight"], Names(new MendNetworkOptions { Layers = [0], TargetModules = ["c_attn"] }));

        IEnumerable<string> Names(MendNetworkOptions options) => RowWeights.Find(model, options).Select(weight => weight.Name);
    }

    [Fact]
    public void An_encoder_decoders_matrices_are_those_of_both_stacks_the_encoders_first()
    {
        using var model = TinyModels.Golden("models/t5_tiny", new NumberedWords());

        Assert.Equal(
            [
                "encoder.block.1.layer.1.DenseReluDense.wi.weight", "encoder.block.1.layer.1.DenseReluDense.wo.weight",
                "decoder.block.0.layer.2.DenseReluDense.wi.weight", "decoder.block.0.layer.2.DenseReluDense.wo.weight",
            ],
            RowWeights.Find(model, new MendNetworkOptions { EncoderLayers = [1], Layers = [0] }).Select(weight => weight.Name));
        var failure = Assert.Throws<AmendException>(() => RowWeights.Find(model, new MendNetworkOptions { EncoderLayers = [7], Layers = [0] }));
        Assert.StartsWith("Layers 7 of the encoder were asked; 't5_tiny' has layers 0 to ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_encoders_layers_are_refused_where_there_is_no_encoder_beside_a_decoder()
    {
        using var model = TinyModels.Gpt2();

        var failure = Assert.Throws<AmendException>(() => RowWeights.Find(model, new MendNetworkOptions { EncoderLayers = [0] }));

        Assert.EndsWith("leave encoder_layers out, and give layers.", failure.Message, StringComparison.Ordinal);
    }
}
