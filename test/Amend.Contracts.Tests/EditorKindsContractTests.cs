using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Contracts.Tests;

/// <summary>Editors that need no place of a subject edit decoders, encoder-decoders and classifiers of every family.</summary>
[NoTensorLeaks]
public sealed class EditorKindsContractTests
{
    private const string Prompt = "The cat sat on";

    public static TheoryData<string, string> FamiliesAndEditors
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var golden in FamilyModel.OneOfEach)
            {
                foreach (var editor in BuiltInEditors.All.Where(editor => editor.Name != NoEdit.EditorName && MovesWeights(editor.Info)))
                    data.Add(golden.Id, editor.Name);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(FamiliesAndEditors))]
    public void A_whole_prompt_gets_its_target_and_the_edit_is_taken_back_bit_for_bit(string family, string name)
    {
        using var model = FamilyModel.Load(family);
        var editor = BuiltInEditors.Find(name);
        if (!editor.Info.Kinds.HasFlag(model.Transformer.Kind))
            return; // What such models are told is tested with the other kinds.
        using var means = new EditingMeans(model);
        var target = Unlikely(model);
        var before = new TargetScorer(model).Score(Prompt, target).LogProbability;

        using var result = editor.Apply(model, [new EditRequest(Prompt, null, target)], TinyEdits.Context(name, means));

        Assert.True(new TargetScorer(model).Score(Prompt, target).LogProbability > before, $"{name} did not make '{target}' likelier");
        Assert.Null(result.Edits.Single().Record.Request.Subject);
        Assert.NotEqual(model.BaseHash, model.Weights.Hash());
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    public static TheoryData<string, string> FamiliesAndNetworkEditors => new(
        from golden in FamilyModel.OneOfEach
        from editor in BuiltInEditors.All.Where(editor => EditingMeans.UsesNetwork(editor.Name))
        select (golden.Id, editor.Name));

    [Theory]
    [MemberData(nameof(FamiliesAndNetworkEditors))]
    public void An_edit_by_a_network_is_a_value_that_is_taken_back_bit_for_bit(string family, string name)
    {
        using var model = FamilyModel.Load(family);
        var editor = BuiltInEditors.Find(name);
        if (!editor.Info.Kinds.HasFlag(model.Transformer.Kind))
            return; // What such models are told is tested with the other kinds.
        using var means = new EditingMeans(model);
        var context = TinyEdits.Context(name, means);

        using var result = editor.Apply(model, [new EditRequest(Prompt, null, Unlikely(model))], context);

        var edit = result.Edits.Single();
        Assert.Equal(context.Networks.Find(name, model).Record.Id, edit.Record.Network!.Id);
        Assert.Equal(context.Networks.Find(name, model).Record.Weights.Order(), edit.Deltas.Keys.Order());
        Assert.NotEqual(model.BaseHash, model.Weights.Hash());
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
        result.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void Editors_that_need_a_subject_refuse_a_request_without_one()
    {
        using var model = TinyModels.Gpt2(layers: 3);
        using var means = new EditingMeans(model);

        Assert.All(BuiltInEditors.All.Where(editor => editor.Info.NeedsSubject), editor => Assert.Equal(
            $"{editor.Name} edits where a subject stands, and '{Prompt}' was given without one; give its subject, or use an editor that needs none, such as ft.",
            Assert.Throws<AmendException>(() => editor.Apply(model, [new EditRequest(Prompt, null, "m")], TinyEdits.Context(editor.Name, means))).Message));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Fact]
    public void A_classifier_is_asked_for_one_of_its_labels()
    {
        using var model = TinyModels.Golden("families/bert_classification", new CharacterTokenizer());

        var failure = Assert.Throws<AmendException>(() => BuiltInEditors.Find("ft").Apply(
            model, [new EditRequest(Prompt, null, "Rome")], new EditContext { Layer = 0 }));

        Assert.Contains("has no label 'Rome'; give one of ", failure.Message, StringComparison.Ordinal);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    /// <summary>
    /// Whether an editor that needs no subject moves weights until the target is likelier: those that take several requests, and all fine-tuning. Trained networks
    /// and suppressed neurons promise less, and what is at a layer is told by its own contract.
    /// </summary>
    private static bool MovesWeights(EditorInfo info) =>
        !info.NeedsSubject && (info.Batch || info.Class == EditorClass.FineTuning || info.Class == EditorClass.ConstrainedFineTuning);

    /// <summary>What a model does not say, but for random models of one label, which say anything.</summary>
    private static string Unlikely(LanguageModel model) => model.Transformer is EncoderClassifier ? model.Classify(Prompt)[^1].Label : "mat";
}
