using Amend.Models.Generation;
using Amend.Tensors;

namespace Amend.Models.Tests.Generation;

public sealed class GenerationOptionsTests
{
    [Theory]
    [InlineData(0, null, null, 1, "0 new tokens were asked; ask for at least 1.")]
    [InlineData(1, 0, null, 1, "top-k 0 was asked; it must be at least 1.")]
    [InlineData(1, null, 0.0, 1, "top-p 0 was asked; it must be above 0 and at most 1.")]
    [InlineData(1, null, 1.5, 1, "top-p 1.5 was asked; it must be above 0 and at most 1.")]
    [InlineData(1, null, double.NaN, 1, "top-p NaN was asked; it must be above 0 and at most 1.")]
    [InlineData(1, null, null, 0, "temperature 0 was asked; it must be above 0.")]
    [InlineData(1, null, null, double.NaN, "temperature NaN was asked; it must be above 0.")]
    public void A_setting_out_of_range_is_refused_in_one_sentence(int tokens, int? topK, double? topP, double temperature, string sentence)
    {
        var options = new GenerationOptions { MaxNewTokens = tokens, TopK = topK, TopP = topP, Temperature = temperature };

        var error = Assert.Throws<AmendException>(options.Validated);

        Assert.Equal(sentence, error.Message);
    }

    [Fact]
    public void Without_top_k_and_top_p_decoding_is_greedy()
    {
        Assert.True(new GenerationOptions().Validated().IsGreedy);
        Assert.False(new GenerationOptions { TopK = 5 }.Validated().IsGreedy);
        Assert.False(new GenerationOptions { TopP = 0.9 }.Validated().IsGreedy);
    }
}
