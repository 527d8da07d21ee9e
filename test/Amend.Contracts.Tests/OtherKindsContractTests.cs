using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Statistics;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Contracts.Tests;

/// <summary>What classifiers, masked language models and encoder-decoders do through the same facade, and how they refuse the rest.</summary>
[NoTensorLeaks]
public sealed class OtherKindsContractTests
{
    private const string Text = "The cat sat on the mat.";

    public static TheoryData<string> Cases => GoldenCases.Rows(FamilyModel.Others);

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_does_what_its_kind_can_and_names_its_architecture_where_it_cannot(string id)
    {
        using var model = FamilyModel.Load(id);
        var (isClassifier, isAnswering) = (model.Transformer is EncoderClassifier, model.Transformer is EncoderDecoder);

        AssertDone(isClassifier, () => Assert.Equal(1, model.Classify(Text).Sum(label => label.Probability), 1e-5));
        AssertDone(isAnswering, () => Assert.Equal(5, new Generator(model).Generate([model.Tokenize(Text).Ids], new GenerationOptions { MaxNewTokens = 5, StopAtEndOfText = false })[0].Count));
        AssertDone(isAnswering || isClassifier, () => Assert.InRange(new TargetScorer(model).Score(Text, isClassifier ? "0" : "mat").Probability, 0, 1));
        AssertDone(false, () => Assert.NotNull(new SecondMomentCollector(model, 0, new SecondMomentOptions())));
        if (model.Transformer is not MaskedLanguageModel)
            AssertDone(false, () => model.FillMasks(Text, 1));

        void AssertDone(bool can, Action does)
        {
            if (can)
                does();
            else
                Assert.Contains($"; '{model.Name}' is {model.Transformer.Architecture}.", Assert.Throws<AmendException>(does).Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_reach_the_first_and_the_last_down_projection_of_every_stack(string id)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(id);
        var weights = model.Transformer.Stacks
            .SelectMany(stack => new[] { 0, model.Transformer.ShapeOf(stack).Layers - 1 }.Select(layer => model.Transformer.DownProjection(stack, layer).Value))
            .ToList();
        foreach (var weight in weights)
            weight.requires_grad_(true);
        var batch = TokenBatch.Pad([model.Tokenize(Text).Ids], padding: 0);
        var logits = model.Transformer switch
        {
            EncoderClassifier classifier => classifier.Logits(batch),
            MaskedLanguageModel masked => masked.Logits(batch),
            _ => ((EncoderDecoder)model.Transformer).Logits(batch, batch),
        };

        var gradients = autograd.grad([nn.functional.log_softmax(logits, -1).sum()], weights);

        Assert.Equal(weights.Select(weight => weight.shape), gradients.Select(gradient => gradient.shape));
        Assert.All(gradients, gradient => Assert.InRange(gradient.norm().item<float>(), 1e-6, float.MaxValue));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_it_is_comes_before_what_is_wrong_with_an_editors_settings(string id)
    {
        using var model = FamilyModel.Load(id);
        var context = new EditContext { Layer = 99, Settings = new Dictionary<string, string> { ["no_such_setting"] = "1" } };

        Assert.All(NotFor(model), editor => Assert.Equal(Refusal(editor, model), Assert.Throws<AmendException>(() => editor.Check(model, context)).Message));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Editors_of_other_kinds_refuse_it_in_one_sentence_and_change_nothing(string id)
    {
        using var model = FamilyModel.Load(id);
        EditRequest[] requests = [new("The cat is called {}", "Felix", "m")];

        Assert.NotEmpty(NotFor(model));
        Assert.All(NotFor(model), editor =>
            Assert.Equal(Refusal(editor, model), Assert.Throws<AmendException>(() => editor.Apply(model, requests, new EditContext())).Message));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    private static IReadOnlyList<IEditor> NotFor(LanguageModel model) =>
        [.. BuiltInEditors.All.Where(editor => !editor.Info.Kinds.HasFlag(model.Transformer.Kind))];

    private static string Refusal(IEditor editor, LanguageModel model) =>
        $"{editor.Name} needs {editor.Info.Kinds.AsText()}; '{model.Name}' is {model.Transformer.Architecture}.";
}
