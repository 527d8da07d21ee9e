using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class MaskedTokensTests
{
    [Fact]
    public void Each_mask_is_filled_with_the_likeliest_tokens_of_its_place()
    {
        using var model = TinyModels.Golden("families/bert_mlm", new NumberedWords());
        using var scope = NewDisposeScope();
        using var inference = inference_mode();
        const string Text = "the [MASK] sat on the [MASK]";

        var filled = model.FillMasks(Text, 3);

        var logits = Assert.IsType<MaskedLanguageModel>(model.Transformer).Logits(TokenBatch.Pad([model.Tokenize(Text).Ids], padding: 0))[0];
        Assert.Equal(2, filled.Count);
        foreach (var (tokens, place) in filled.Zip((int[])[1, 5]))
        {
            var probabilities = nn.functional.softmax(logits[place], 0);
            Assert.Equal(3, tokens.Count);
            Assert.Equal(logits[place].argmax().item<long>(), tokens[0].Id);
            Assert.All(tokens, token => Assert.Equal(probabilities[token.Id].item<float>(), token.Probability, 1e-6));
            Assert.Equal(tokens.OrderByDescending(token => token.Probability), tokens);
        }
    }

    [Fact]
    public void A_text_without_a_mask_is_told_how_to_write_one()
    {
        using var model = TinyModels.Golden("families/bert_mlm", new NumberedWords());

        var error = Assert.Throws<AmendException>(() => model.FillMasks("the cat", 3));

        Assert.Equal("'bert_mlm' is BertForMaskedLM and fills masks, but 'the cat' has none; write [MASK] where it should put a word.", error.Message);
    }

    [Fact]
    public void A_tokenizer_that_splits_the_mask_is_named()
    {
        using var model = TinyModels.Golden("families/bert_mlm", new Latin1Tokenizer());

        var error = Assert.Throws<AmendException>(() => model.FillMasks("[MASK]", 3));

        Assert.Contains("does not take [MASK] as one token", error.Message, StringComparison.Ordinal);
    }
}
