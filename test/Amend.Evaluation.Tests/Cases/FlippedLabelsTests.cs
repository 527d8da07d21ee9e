using Amend.Evaluation.Cases;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Tests.Cases;

[NoTensorLeaks]
public sealed class FlippedLabelsTests
{
    private static readonly string[] Texts = ["the cat sat", "a dog ran on", "no bird sings here now", "rain", "who knows the way home"];

    [Fact]
    public void Of_two_labels_the_new_one_is_the_opposite_of_the_prediction_whatever_the_right_one_is()
    {
        using var model = TwoLabels();

        var flipped = Of(model, [.. Texts.Select((text, i) => Case(text, $"LABEL_{i % 2}"))]);

        Assert.Equal(Texts, flipped.Select(one => one.Classification!.Text));
        Assert.All(flipped, (one, i) =>
        {
            var said = model.Classify(Texts[i]);
            Assert.Equal($"LABEL_{i % 2}", one.Classification!.Label);
            Assert.Equal(said[0].Label, one.Classification.Prediction);
            Assert.Equal(said[1].Label, one.Classification.LabelNew);
            Assert.Equal(one.Classification.LabelNew, one.ToEditRequests()[0].TargetNew);
            Assert.Equal(one.Classification.Prediction, one.ToEditRequests()[0].TargetTrue);
        });
    }

    [Fact]
    public void Of_more_labels_the_new_one_is_the_second_likeliest()
    {
        using var model = TinyModels.Golden("families/roberta_classification", new NumberedWords());

        var flipped = Of(model, [.. Texts.Select(text => Case(text, "LABEL_0"))]);

        Assert.All(flipped, one => Assert.Equal(model.Classify(one.Classification!.Text)[1].Label, one.Classification.LabelNew));
    }

    [Fact]
    public void A_new_label_that_a_case_has_stays_and_another_models_prediction_does_not()
    {
        using var model = TwoLabels();
        var said = model.Classify(Texts[0])[0].Label;

        var given = Case(Texts[0], "label_0") with
        {
            Classification = new LabelledText(Texts[0], "label_0") { LabelNew = said.ToLowerInvariant(), Prediction = "something else" },
        };

        var text = Of(model, [given]).Single().Classification!;
        Assert.Equal((said, said, "LABEL_0"), (text.LabelNew, text.Prediction, text.Label));
    }

    [Fact]
    public void Only_paraphrases_with_the_same_prediction_stay()
    {
        using var model = TwoLabels();
        var labels = new FlippedLabels(model, batchSize: 2);
        string[] others = [.. Enumerable.Range(0, 40).Select(i => $"word{i} word{i + 1}")];

        var flipped = labels.Of([.. Texts.Select(text => Case(text, "LABEL_1") with { Paraphrases = others })]).ToArray();

        Assert.All(flipped, one => Assert.Equal(
            others.Where(other => model.Classify(other)[0].Label == one.Classification!.Prediction), one.Paraphrases));
        Assert.Equal(Texts.Length * others.Length, labels.Paraphrases);
        Assert.Equal(labels.Paraphrases - flipped.Sum(one => one.Paraphrases.Count), labels.DroppedParaphrases);
        Assert.InRange(labels.DroppedParaphrases, 1, labels.Paraphrases - 1);
    }

    [Fact]
    public void A_label_that_the_classifier_has_not_leaves_the_case_out_and_is_counted()
    {
        using var model = TwoLabels();
        var labels = new FlippedLabels(model);

        var flipped = labels.Of([Case("a", "NOT ENOUGH INFO"), Case("b", "LABEL_1"), Case("c", "NOT ENOUGH INFO"), NewLabel("d", "MAYBE")]);

        Assert.Equal("b", flipped.Single().Id);
        Assert.Equal([("NOT ENOUGH INFO", 2), ("MAYBE", 1)], labels.Unknown.Select(of => (of.Key, of.Value)));
    }

    [Fact]
    public void Cases_that_are_no_labelled_texts_pass_as_they_are_in_their_order_on_any_model()
    {
        using var classifier = TwoLabels();
        using var decoder = TinyModels.Gpt2();
        var fact = new EditCase { Id = "fact", Requests = [new CaseRequest("Elba lies in") { TargetNew = "Italy" }] };

        Assert.Same(fact, Of(decoder, [fact]).Single());
        Assert.Equal(["a", "fact", "b"], Of(classifier, [Case("a", "LABEL_0"), fact, Case("b", "LABEL_0")]).Select(one => one.Id));
    }

    [Fact]
    public void A_case_is_read_only_when_the_ones_before_it_were_taken()
    {
        using var model = TwoLabels();
        var read = 0;
        IEnumerable<EditCase> Endless()
        {
            while (true)
                yield return Case($"text{read++ % 7}", "LABEL_0");
        }

        Assert.Equal(5, new FlippedLabels(model, batchSize: 4).Of(Endless()).Take(5).Count());
        Assert.Equal(8, read);
    }

    [Fact]
    public void A_model_that_is_no_classifier_of_two_labels_is_refused_with_the_case()
    {
        using var decoder = TinyModels.Gpt2();
        using var single = TinyModels.Golden("models/bert_tiny_binary", new NumberedWords());

        Assert.Equal(
            "Case a gives a text the label 'SUPPORTS', and 'tiny-gpt2-0' is GPT2LMHeadModel; give a classifier of at least two labels.",
            Assert.Throws<AmendException>(() => Of(decoder, [Case("a", "SUPPORTS")])).Message);
        Assert.Equal(
            "Case a gives a text the label 'SUPPORTS', and 'bert_tiny_binary' is a classifier of one label; "
            + "give a classifier of at least two labels.",
            Assert.Throws<AmendException>(() => Of(single, [Case("a", "SUPPORTS")])).Message);
    }

    private static LanguageModel TwoLabels() => TinyModels.Golden("models/bert_tiny_cls", new NumberedWords());

    private static EditCase[] Of(LanguageModel model, EditCase[] cases) => [.. new FlippedLabels(model).Of(cases)];

    private static EditCase Case(string text, string label) => new() { Id = text, Classification = new LabelledText(text, label) };

    private static EditCase NewLabel(string text, string label) =>
        new() { Id = text, Classification = new LabelledText(text, "LABEL_0") { LabelNew = label } };
}
