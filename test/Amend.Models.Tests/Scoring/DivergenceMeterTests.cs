using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class DivergenceMeterTests
{
    private const string Words = "the cat sat on the mat";

    [Fact]
    public void The_divergence_of_running_text_is_the_mean_over_its_tokens_as_computed_by_hand()
    {
        using var a = TinyModels.Gpt2(seed: 1);
        using var b = TinyModels.Gpt2(seed: 2);
        var ids = a.Tokenize(new string('a', 50) + "bc d").Ids;

        var found = Measure(Running(a, ids), Running(b, ids));

        var expected = ids.Chunk(48).SelectMany(window => Probabilities(a, window).Zip(Probabilities(b, window), Kl)).ToList();
        Assert.Equal(47 + 5, found.Places);
        Assert.Equal(expected.Average(), found.Kl, 1e-6);
        Assert.Equal(expected.OrderDescending().Take(5), found.Furthest.Select(place => place.Kl), (x, y) => Math.Abs(x - y) < 1e-5);
        Assert.InRange(found.TopDiffers, 0.2, 1);
    }

    [Fact]
    public void A_model_is_nowhere_apart_from_itself()
    {
        using var model = TinyModels.Gpt2();
        var places = TextPlaces.Running(model, "a text of some length");

        var found = Measure(places, places);

        Assert.Equal((20, 0.0, 0.0), (found.Places, found.Kl, found.TopDiffers));
        Assert.Empty(found.Furthest);
    }

    [Fact]
    public void A_place_tells_what_was_read_and_what_each_expects()
    {
        using var a = TinyModels.Gpt2(seed: 1);
        using var b = TinyModels.Gpt2(seed: 2);

        var furthest = Measure(TextPlaces.Running(a, "abcd"), TextPlaces.Running(b, "abcd")).Furthest;

        Assert.Equal(["a", "ab", "abc"], furthest.Select(place => place.Text).Order(StringComparer.Ordinal));
        Assert.All(furthest, place => Assert.Equal(
            (NextTokens.Top(a, place.Text, 1)[0].Text, NextTokens.Top(b, place.Text, 1)[0].Text), (place.TopA, place.TopB)));
    }

    [Fact]
    public void A_classifier_is_compared_on_its_labels()
    {
        using var a = TinyModels.Golden("families/roberta_classification", new NumberedWords());
        using var b = TinyModels.Golden("families/roberta_classification", new NumberedWords());
        using var shift = tensor(new[] { 0.5f, 0, -0.5f });
        using (no_grad())
            b.Weights.All[^1].Value.add_(shift);
        string[] texts = [Words, "the cat", "on"];

        var found = Measure(TextPlaces.Separate(a, texts), TextPlaces.Separate(b, texts));

        double[] expected = [.. texts.Select(text => Kl(ById(a, text), ById(b, text)))];
        Assert.Equal(3, found.Places);
        Assert.Equal(expected.Average(), found.Kl, 1e-5);
        Assert.Equal(texts.Count(text => a.Classify(text)[0].Id != b.Classify(text)[0].Id) / 3.0, found.TopDiffers, 1e-12);
        Assert.Contains(found.Furthest[0].TopA, a.Classify(Words).Select(label => label.Label));
    }

    [Fact]
    public void A_single_label_is_had_or_not()
    {
        using var a = TinyModels.Golden("models/bert_tiny_binary", new NumberedWords());
        using var b = TinyModels.Golden("models/bert_tiny_binary", new NumberedWords());
        using (no_grad())
            b.Weights.All[^1].Value.add_(3);
        var (pa, pb) = (a.Classify(Words)[0].Probability, b.Classify(Words)[0].Probability);

        var found = Measure(TextPlaces.Separate(a, [Words]), TextPlaces.Separate(b, [Words]));

        Assert.Equal(Kl([1 - pa, pa], [1 - pb, pb]), found.Kl, 1e-5);
        Assert.Equal("the cat sat on the mat (LABEL_0?)", Assert.Single(found.Furthest).Text);
        Assert.Equal("yes", found.Furthest[0].TopB);
    }

    [Fact]
    public void An_encoder_decoder_is_compared_on_the_first_token_that_it_writes()
    {
        using var a = TinyModels.Golden("families/t5_relu", new NumberedWords());
        using var b = TinyModels.Golden("families/t5_relu", new NumberedWords());
        using (no_grad())
            b.Transformer.DownProjection(Stack.Encoder, 0).Value.mul_(3);

        var found = Measure(TextPlaces.Separate(a, [Words]), TextPlaces.Separate(b, [Words]));

        Assert.Equal(Kl(First(a), First(b)), found.Kl, 1e-5);
        Assert.True(found.Kl > 1e-6);

        double[] First(LanguageModel model) =>
            [.. NextTokens.Top(model, Words, model.Shape.Vocabulary).OrderBy(token => token.Id).Select(token => token.Probability)];
    }

    [Fact]
    public void A_result_is_given_once_all_passes_were_added()
    {
        using var model = TinyModels.Gpt2();

        Assert.Throws<InvalidOperationException>(() => new DivergenceMeter(TextPlaces.Running(model, "ab")).Result());
    }

    [Fact]
    public void Texts_that_say_nothing_and_models_of_another_kind_are_refused()
    {
        using var decoder = TinyModels.Gpt2();
        using var classifier = TinyModels.Golden("families/roberta_classification", new NumberedWords());

        Assert.Contains("0 tokens", Assert.Throws<AmendException>(() => TextPlaces.Running(decoder, "")).Message, StringComparison.Ordinal);
        Assert.Contains("1 tokens", Assert.Throws<AmendException>(() => TextPlaces.Running(decoder, "a")).Message, StringComparison.Ordinal);
        Assert.Contains("causal decoder", Assert.Throws<AmendException>(() => TextPlaces.Running(classifier, Words)).Message, StringComparison.Ordinal);
        Assert.Contains("encoder-decoder", Assert.Throws<AmendException>(() => TextPlaces.Separate(decoder, [Words])).Message, StringComparison.Ordinal);
        Assert.Contains("empty", Assert.Throws<AmendException>(() => TextPlaces.Separate(classifier, [""])).Message, StringComparison.Ordinal);
    }

    private static TextPlaces Running(LanguageModel model, IReadOnlyList<int> ids) => TextPlaces.Running(model, model.Tokenizer.Decode(ids));

    private static Divergence Measure(TextPlaces a, TextPlaces b)
    {
        var meter = new DivergenceMeter(a);
        for (var pass = 0; pass < a.Passes; pass++)
        {
            using var scope = NewDisposeScope();
            meter.Add(a.Logits(pass), b.Logits(pass));
        }

        return meter.Result();
    }

    /// <summary>What the model expects behind each token of a window but the last, from the logits of a pass of its own.</summary>
    private static List<double[]> Probabilities(LanguageModel model, int[] window)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var logits = model.Logits(TokenBatch.Pad([window], padding: 0))[0];
        return
        [
            .. Enumerable.Range(0, window.Length - 1).Select(at =>
            {
                double[] row = [.. logits[at].data<float>().ToArray().Select(value => Math.Exp(value))];
                return row.Select(value => value / row.Sum()).ToArray();
            }),
        ];
    }

    private static double[] ById(LanguageModel model, string text) => [.. model.Classify(text).OrderBy(label => label.Id).Select(label => label.Probability)];

    private static double Kl(double[] a, double[] b) => a.Zip(b, (p, q) => p * Math.Log(p / q)).Sum();
}
