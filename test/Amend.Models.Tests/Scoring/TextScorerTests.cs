using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class TextScorerTests
{
    [Fact]
    public void Each_token_but_the_first_is_predicted_from_those_before_it()
    {
        using var model = TinyModels.Gpt2();

        var found = TextScorer.LogProbabilities(model, model.Tokenize("ab c").Ids);

        Assert.Equal(3, found.Count);
        Assert.Equal(new TargetScorer(model).Score("ab", " c").LogProbability, found[1] + found[2], 1e-5);
    }

    [Fact]
    public void A_text_beyond_the_context_is_cut_into_windows()
    {
        using var model = TinyModels.Gpt2();
        var ids = model.Tokenize(new string('a', 50) + "bc").Ids;

        var found = TextScorer.LogProbabilities(model, ids);

        Assert.Equal(47 + 3, found.Count);
        var alone = TextScorer.LogProbabilities(model, [.. ids.Skip(48)]);
        Assert.All(alone, (value, at) => Assert.Equal(value, found[47 + at], 1e-5));
    }

    [Fact]
    public void One_token_has_nothing_to_predict()
    {
        using var model = TinyModels.Gpt2();

        Assert.Throws<AmendException>(() => TextScorer.LogProbabilities(model, [1]));
    }
}
