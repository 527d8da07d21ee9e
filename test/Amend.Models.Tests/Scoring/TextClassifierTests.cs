using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Models.Tests.Scoring;

[NoTensorLeaks]
public sealed class TextClassifierTests
{
    private const string Text = "the cat sat on the mat";

    [Fact]
    public void Labels_come_the_likeliest_first_and_share_one_probability()
    {
        using var model = TinyModels.Golden("families/roberta_classification", new NumberedWords());

        var labels = model.Classify(Text);

        Assert.Equal(["LABEL_0", "LABEL_1", "LABEL_2"], labels.Select(label => label.Label).Order(StringComparer.Ordinal));
        Assert.All(labels, label => Assert.Equal($"LABEL_{label.Id}", label.Label));
        Assert.Equal(labels.OrderByDescending(label => label.Probability), labels);
        Assert.Equal(1, labels.Sum(label => label.Probability), 1e-5);
    }

    [Fact]
    public void A_single_label_is_true_or_not()
    {
        using var model = TinyModels.Golden("models/bert_tiny_binary", new NumberedWords());

        Assert.InRange(Assert.Single(model.Classify(Text)).Probability, 0.0001, 0.9999);
    }

    [Fact]
    public void Texts_of_different_length_do_not_touch_each_other()
    {
        using var model = TinyModels.Golden("families/distilbert_classification", new NumberedWords());
        var classifier = new TextClassifier(model);

        var together = classifier.Classify([Text, "the cat"]);

        Assert.Equal(classifier.Classify([Text])[0].Select(label => label.Probability), together[0].Select(label => label.Probability), Near);
        Assert.Equal(classifier.Classify(["the cat"])[0].Select(label => label.Probability), together[1].Select(label => label.Probability), Near);
        Assert.Empty(classifier.Classify([]));
    }

    [Fact]
    public void The_order_of_the_texts_stays_whatever_the_size_of_a_pass()
    {
        using var model = TinyModels.Golden("families/roberta_classification", new NumberedWords());
        string[] texts = [Text, "the cat", "on", "the mat sat on the cat on the mat", "sat on"];

        var together = new TextClassifier(model).Classify(texts);
        var inPairs = new TextClassifier(model, batchSize: 2).Classify(texts);

        Assert.All(texts, (_, i) => Assert.Equal(
            together[i].Select(label => label.Probability), inPairs[i].Select(label => label.Probability), Near));
    }

    [Fact]
    public void A_text_over_the_context_is_refused()
    {
        using var model = TinyModels.Golden("families/roberta_classification", new NumberedWords());

        var error = Assert.Throws<AmendException>(() => model.Classify(string.Join(' ', Enumerable.Repeat("word", 39))));

        Assert.StartsWith("39 tokens were asked of 'roberta_classification', whose context holds 38;", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_causal_decoder_classifies_nothing()
    {
        using var model = TinyModels.Gpt2();

        Assert.Equal("The classification of texts needs a classifier; 'tiny-gpt2-0' is GPT2LMHeadModel.", Assert.Throws<AmendException>(() => model.Classify("x")).Message);
    }

    private static bool Near(double expected, double found) => Math.Abs(expected - found) < 1e-5;
}
