using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Training;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Training;

[NoTensorLeaks]
public sealed class EncoderDropoutTests : IDisposable
{
    /// <summary>Float32 sums of the same products in another order.</summary>
    private const double Tolerance = 1e-5;

    private readonly LanguageModel _model = TinyModels.Golden("families/bert_classification", new CharacterTokenizer());

    private EncoderClassifier Classifier => (EncoderClassifier)_model.Transformer;

    public void Dispose() => _model.Dispose();

    [Fact]
    public void What_is_dropped_is_the_share_and_what_stays_is_larger_by_as_much()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        using var dropout = new EncoderDropout(_model.Weights.Taps, new DropoutRates(0.25, 0), generator);

        var state = dropout.DropState(ones(100, 1000));

        Assert.Equal(0.25, state.eq(0).to(float32).mean().item<float>(), 0.01);
        Assert.Equal(1 / 0.75, state.max().item<float>(), Tolerance);
        Assert.Equal(1, state.mean().item<float>(), 0.01);
    }

    [Fact]
    public void An_open_dropout_changes_what_attention_and_MLP_give_out_by_its_generator_and_a_closed_one_leaves_nothing()
    {
        using var scope = NewDisposeScope();
        var batch = Batch();
        var before = Classifier.Logits(batch);

        var (first, again, other) = (Dropped(batch, seed: 1), Dropped(batch, seed: 1), Dropped(batch, seed: 2));

        Assert.True(first.eq(again).all().item<bool>());
        Assert.False(first.allclose(other));
        Assert.False(first.allclose(before));
        Assert.True(Classifier.Logits(batch).eq(before).all().item<bool>());
    }

    [Fact]
    public void A_rate_of_0_drops_nothing()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        using var dropout = new EncoderDropout(_model.Weights.Taps, new DropoutRates(0, 0), generator);
        var pass = AttentionScope.Bidirectional(Batch().Mask);

        Assert.Same(pass, dropout.DropWeights(pass));
        Assert.True(dropout.DropState(ones(3, 3)).eq(1).all().item<bool>());
    }

    [Fact]
    public void Attention_whose_weights_go_through_nothing_is_the_attention()
    {
        using var scope = NewDisposeScope();
        var batch = Batch();
        var pass = AttentionScope.Bidirectional(batch.Mask);
        var seen = new List<long[]>();

        var plain = Classifier.Encoder.Run(batch.Ids, pass);
        var through = Classifier.Encoder.Run(batch.Ids, pass.WeighingThrough(weights =>
        {
            seen.Add(weights.shape);
            return weights;
        }));

        Assert.True(plain.allclose(through, Tolerance, Tolerance));
        Assert.Equal(Enumerable.Repeat<long[]>([2, 4, 6, 6], Classifier.Shape.Layers), seen);
    }

    [Fact]
    public void Causal_attention_whose_weights_go_through_nothing_is_the_attention()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2();
        var decoder = (CausalDecoder)model.Transformer;
        var batch = Batch();
        var pass = AttentionScope.Causal(ones_like(batch.Mask), 6);

        var plain = decoder.Blocks(decoder.Embed(batch.Ids, pass.Positions), pass);
        var through = decoder.Blocks(decoder.Embed(batch.Ids, pass.Positions), pass.WeighingThrough(weights => weights));

        Assert.True(plain.allclose(through, Tolerance, Tolerance));
    }

    [Fact]
    public void Dropped_attention_weights_change_the_pass()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        using var dropout = new EncoderDropout(_model.Weights.Taps, new DropoutRates(0, 0.5), generator);
        var batch = Batch();
        var pass = AttentionScope.Bidirectional(batch.Mask);

        Assert.False(Classifier.Encoder.Run(batch.Ids, pass).allclose(Classifier.Encoder.Run(batch.Ids, dropout.DropWeights(pass))));
    }

    private Tensor Dropped(TokenBatch batch, int seed)
    {
        using var generator = new Generator((ulong)seed, CPU);
        using var dropout = new EncoderDropout(_model.Weights.Taps, new DropoutRates(0.5, 0), generator);
        return Classifier.Logits(batch);
    }

    private static TokenBatch Batch() => TokenBatch.Pad([[2, 9, 17, 30, 41, 3], [2, 11, 3]], padding: 0);
}
