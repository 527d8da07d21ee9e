using Amend.Atlas.Training;
using Amend.Atlas.Training.Experts;
using Amend.Models;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using static TorchSharp.torch;

namespace Amend.Atlas.Tests.Training.Experts;

[NoTensorLeaks]
public sealed class ExpertBalanceTests : IDisposable
{
    private readonly LanguageModel _model = new(
        "mixture",
        "mixtral",
        GptDesign.Mixtral(new ModelShape(Layers: 2, Width: 8, MlpWidth: 8, Heads: 2, Vocabulary: 16, ContextLength: 16), new MixtureOptions { ExpertWidth = 4 }).Make(seed: 1),
        new CharacterTokenizer());

    public void Dispose() => _model.Dispose();

    [Fact]
    public void It_is_one_where_the_router_prefers_none() => Check([0, 0, 0, 0], expected: 1);

    /// <summary>Two of four experts have half of the choices and of the probability each: 4 (1/4 + 1/4).</summary>
    [Fact]
    public void It_is_two_where_two_of_four_experts_get_everything() => Check([40, 40, 0, 0], expected: 2);

    [Fact]
    public void Its_gradient_moves_the_router_away_from_the_experts_that_are_chosen_most()
    {
        using var scope = NewDisposeScope();
        using var gradients = enable_grad();
        var bias_E = tensor(new[] { 1f, 0.5f, 0, -0.5f }).requires_grad_(true);
        using var favour = Favouring(bias_E);
        using var balance = new ExpertBalance(_model);
        Pass();

        balance.Loss().backward();

        float[] slopes = [.. bias_E.grad!.data<float>()];
        Assert.All(slopes[..2], slope => Assert.True(slope > 0, $"The slope is {slope}."));
        Assert.All(slopes[2..], slope => Assert.True(slope < 0, $"The slope is {slope}."));
    }

    private void Check(float[] logits, double expected)
    {
        using var scope = NewDisposeScope();
        using var favour = Favouring(tensor(logits));
        using var balance = new ExpertBalance(_model);
        Pass();

        Assert.Equal(expected, balance.Loss().item<float>(), 1e-5);
        Assert.Equal(2, balance.ByLayer.Count);
        Assert.All(balance.ByLayer, shares => Assert.Equal(1, shares.Sum(), 1e-6));
        Assert.Equal(balance.ByLayer.Min(shares => shares.Min()), balance.LeastShare);
    }

    /// <summary>Puts logits in place of those of both routers.</summary>
    private Trace Favouring(Tensor logits_E)
    {
        var trace = _model.Trace();
        for (var layer = 0; layer < 2; layer++)
            trace.Replace(Site.RouterLogits(layer), logits => zeros_like(logits) + logits_E);
        return trace;
    }

    private void Pass()
    {
        var ids = arange(0, 12, ScalarType.Int64).view(2, 6);
        var positions = arange(6, ScalarType.Int64).unsqueeze(0);
        var decoder = _model.RequireDecoder("A test");
        decoder.Blocks(decoder.Embed(ids, positions), AttentionScope.Causal(ones_like(ids), 6));
    }
}
