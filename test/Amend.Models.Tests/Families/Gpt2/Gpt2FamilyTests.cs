using System.Text.Json;
using Amend.Models.Families.Gpt2;
using Amend.Models.Shapes;

namespace Amend.Models.Tests.Families.Gpt2;

public sealed class Gpt2FamilyTests
{
    [Theory]
    [InlineData("gelu_new", true, false, true)]
    [InlineData("relu", false, true, false)]
    public void A_configuration_that_is_written_is_read_as_it_was(string activation, bool scales, bool byLayer, bool tied)
    {
        var config = new Gpt2Config(new ModelShape(3, 16, 40, 4, 64, 48), 1e-6, activation, scales, byLayer, tied);

        var json = JsonSerializer.SerializeToElement(config.ToJson());

        Assert.Equal(config, Gpt2Config.Read(json));
        Assert.Equal("gpt2", json.GetProperty("model_type").GetString());
        Assert.Equal("GPT2LMHeadModel", json.GetProperty("architectures")[0].GetString());
    }

    [Theory]
    [InlineData("transformer.h.0.attn.c_proj.weight", true)]
    [InlineData("transformer.h.1.mlp.c_proj.weight", true)]
    [InlineData("transformer.h.1.mlp.c_proj.bias", false)]
    [InlineData("transformer.h.1.mlp.c_fc.weight", false)]
    public void Maps_into_the_residual_stream_are_told_apart(string name, bool expected) =>
        Assert.Equal(expected, Gpt2Weights.IsResidualOut(name));
}
