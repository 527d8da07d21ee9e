using Amend.Editing.Editors.Knowledge;
using Amend.Tensors;

namespace Amend.Editing.Tests.Editors.Knowledge;

[NoTensorLeaks]
public sealed class PublishedFilterTests
{
    [Fact]
    public void All_matrices_of_the_blocks_are_found_and_no_embedding_norm_bias_or_head()
    {
        using var model = TinyModels.Golden("models/bert_tiny_cls", new CharacterTokenizer());

        var found = PublishedFilter.Find(model, [0, 2], []).Select(weight => weight.Name).ToList();

        string[] modules = ["attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense", "intermediate.dense", "output.dense"];
        Assert.Equal(from layer in (int[])[0, 2] from module in modules select $"bert.encoder.layer.{layer}.{module}.weight", found);
    }

    [Fact]
    public void Modules_can_be_named_by_their_endings()
    {
        using var model = TinyModels.Gpt2();

        Assert.Equal(
            ["transformer.h.1.mlp.c_fc.weight", "transformer.h.1.mlp.c_proj.weight"],
            PublishedFilter.Find(model, [1], ["mlp.c_fc", "mlp.c_proj"]).Select(weight => weight.Name).Order());
        var failure = Assert.Throws<AmendException>(() => PublishedFilter.Find(model, [1], ["query"]));
        Assert.Contains("has a module 'query'; name one of attn.c_attn", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_an_encoder_decoder_both_stacks_have_the_layers()
    {
        using var model = TinyModels.Golden("families/t5_relu", new CharacterTokenizer());

        var found = PublishedFilter.Find(model, [0], []).Select(weight => weight.Name).ToList();

        Assert.Contains("encoder.block.0.layer.0.SelfAttention.q.weight", found);
        Assert.Contains("decoder.block.0.layer.1.EncDecAttention.k.weight", found);
        Assert.DoesNotContain(found, name => name.Contains("relative_attention_bias", StringComparison.Ordinal));
        Assert.All(found, name => Assert.Contains("block.0.", name, StringComparison.Ordinal));
    }
}
