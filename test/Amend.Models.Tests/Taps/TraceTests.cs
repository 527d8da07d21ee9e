using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Taps;

[NoTensorLeaks]
public sealed class TraceTests : IDisposable
{
    private readonly LanguageModel _model = TinyModels.Gpt2(seed: 1);

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_captured_site_holds_what_the_pass_computed()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.BlockOut(1));

        var hidden = _model.Hidden(Batch());

        TensorAssert.Equal("BlockOut(1)", hidden, trace[Site.BlockOut(1)]);
    }

    [Theory]
    [InlineData(SiteKind.AttentionOut, 16)]
    [InlineData(SiteKind.MlpUp, 64)]
    [InlineData(SiteKind.MlpKey, 64)]
    [InlineData(SiteKind.MlpOut, 16)]
    [InlineData(SiteKind.BlockOut, 16)]
    public void Every_site_of_every_block_is_passed_and_has_its_width(SiteKind kind, long width)
    {
        using var scope = NewDisposeScope();
        var sites = new[] { new Site(kind, 0), new Site(kind, 1) };
        using var trace = _model.Trace().Capture(sites);

        _model.Hidden(Batch());

        Assert.All(sites, site => Assert.Equal([1, 5, width], trace[site].shape));
    }

    [Fact]
    public void The_residual_stream_is_the_sum_of_what_the_sites_give()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.AttentionOut(1), Site.MlpOut(1), Site.BlockOut(0), Site.BlockOut(1));

        _model.Hidden(Batch());

        var sum = trace[Site.BlockOut(0)] + trace[Site.AttentionOut(1)] + trace[Site.MlpOut(1)];
        TensorAssert.Equal("BlockOut(1)", sum, trace[Site.BlockOut(1)]);
    }

    [Fact]
    public void The_embedding_site_is_before_the_positions()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.Embedding);

        _model.Hidden(TokenBatch.Pad([[7, 7, 7]], 0));

        TensorAssert.Equal("the third token", trace[Site.Embedding][0, 0], trace[Site.Embedding][0, 2]);
    }

    [Fact]
    public void A_captured_value_outlives_the_scopes_of_the_pass()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.MlpKey(0));
        double seen;
        using (NewDisposeScope())
        {
            _model.Logits(Batch());
            seen = trace[Site.MlpKey(0)].sum().item<float>();
        }

        Assert.False(trace[Site.MlpKey(0)].IsInvalid);
        Assert.Equal(seen, trace[Site.MlpKey(0)].sum().item<float>());
    }

    [Fact]
    public void A_captured_value_is_of_the_last_pass()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.BlockOut(0));

        _model.Hidden(Batch());
        _model.Hidden(TokenBatch.Pad([[1, 2]], 0));

        Assert.Equal([1, 2, 16], trace[Site.BlockOut(0)].shape);
    }

    [Fact]
    public void A_replacement_is_what_the_rest_of_the_pass_sees()
    {
        using var scope = NewDisposeScope();
        using var zeroed = _model.Trace().Replace(Site.MlpOut(0), value => zeros_like(value)).Capture(Site.AttentionOut(0), Site.BlockOut(0));
        var batch = Batch();

        _model.Hidden(batch);

        var expected = _model.Decoder.Embed(batch.Ids, arange(5, dtype: ScalarType.Int64).unsqueeze(0)) + zeroed[Site.AttentionOut(0)];
        TensorAssert.Equal("BlockOut(0)", expected, zeroed[Site.BlockOut(0)]);
    }

    [Fact]
    public void A_site_that_is_replaced_and_captured_holds_the_replacement()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.MlpOut(1)).Replace(Site.MlpOut(1), value => full_like(value, 3));

        _model.Hidden(Batch());

        Assert.Equal(3, trace[Site.MlpOut(1)].max().item<float>());
    }

    [Fact]
    public void A_later_trace_sees_what_an_earlier_one_put_in_place()
    {
        using var scope = NewDisposeScope();
        using var first = _model.Trace().Replace(Site.MlpOut(1), value => ones_like(value));
        using var second = _model.Trace().Replace(Site.MlpOut(1), value => value + 1).Capture(Site.MlpOut(1));

        _model.Hidden(Batch());

        Assert.Equal(2, second[Site.MlpOut(1)].mean().item<float>());
    }

    [Fact]
    public void A_disposed_trace_leaves_the_model_as_it_was()
    {
        using var scope = NewDisposeScope();
        var before = _model.Logits(Batch());

        var trace = _model.Trace().Replace(Site.BlockOut(0), value => value * 2);
        var during = _model.Logits(Batch());
        trace.Dispose();

        TensorAssert.Equal("logits", before, _model.Logits(Batch()));
        Assert.False((before == during).all().item<bool>());
    }

    [Fact]
    public void Asking_for_a_site_without_a_value_says_what_to_do()
    {
        using var scope = NewDisposeScope();
        using var trace = _model.Trace().Capture(Site.BlockOut(0));

        var error = Assert.Throws<InvalidOperationException>(() => trace[Site.BlockOut(0)]);

        Assert.Equal("BlockOut(0) holds no value; capture it before the pass and run a pass that reaches it.", error.Message);
    }

    [Theory]
    [InlineData(SiteKind.CrossAttentionOut, 0, Stack.Decoder)]
    [InlineData(SiteKind.MlpOut, 2, Stack.Decoder)]
    [InlineData(SiteKind.MlpOut, -1, Stack.Decoder)]
    [InlineData(SiteKind.MlpOut, 0, Stack.Encoder)]
    public void A_site_that_no_pass_visits_is_refused_and_the_sites_there_are_are_named(SiteKind kind, int layer, Stack stack)
    {
        var site = new Site(kind, layer, stack);
        using var trace = _model.Trace();

        var captured = Assert.Throws<AmendException>(() => trace.Capture(site));
        var replaced = Assert.Throws<AmendException>(() => trace.Replace(site, value => value));

        Assert.Equal(captured.Message, replaced.Message);
        var visited = stack == Stack.Encoder
            ? "no site of a stack Encoder"
            : "Embedding, AttentionOut, MlpUp, MlpKey, MlpOut, BlockOut at layers 0 to 1";
        Assert.Equal($"{site} was asked of a model whose pass visits {visited}; ask for one of these.", captured.Message);
    }

    private static TokenBatch Batch() => TokenBatch.Pad([[3, 14, 15, 9, 26]], 0);
}
