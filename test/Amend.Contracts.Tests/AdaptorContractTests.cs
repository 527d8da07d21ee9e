using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;
using Generator = Amend.Models.Generation.Generator;

namespace Amend.Contracts.Tests;

/// <summary>
/// Editors that change what layers give out, and no weight, on every family: the edits hold in every way of asking, are kept as files, and
/// are taken back bit for bit.
/// </summary>
[NoTensorLeaks]
public sealed class AdaptorContractTests
{
    private const string Prompt = "The cat sat on";
    private const string Other = "So they came to the old town";

    /// <summary>A model of each kind that has every form; the others take turns.</summary>
    private static readonly string[] WithAllForms = ["gpt2", "t5_relu", "bert_classification"];

    public static TheoryData<string, string, string> Edits => new(
        from golden in FamilyModel.OneOfEach.Index()
        from editor in BuiltInEditors.All.Where(editor => editor.Info.Adapts)
        let forms = AdaptorForms.Of(editor.Name)
        from form in forms.Index()
        where form.Index == golden.Index % forms.Count || WithAllForms.Contains(golden.Item.Name)
        select (golden.Item.Id, editor.Name, form.Item));

    [Theory]
    [MemberData(nameof(Edits))]
    public void An_edit_learns_its_target_changes_no_weight_and_is_taken_back_bit_for_bit(string family, string name, string form)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(family);
        if (!CanEdit(model, name))
            return;
        var (before, target) = (FamilyModel.Logits(model), Target(model));
        var unlikely = new TargetScorer(model).Score(Prompt, target).LogProbability;

        using var result = Edit(model, name, form);

        var losses = result.Edits.Single().Record.Losses;
        Assert.True(losses[^1].Total < losses[0].Total, $"{name} did not learn '{target}'.");
        // What is learned with a soft gate, or with none, need not hold with the hard one that answers.
        if (!AdaptorForms.IsHarderThanTrained(name))
            Assert.True(new TargetScorer(model).Score(Prompt, target).LogProbability > unlikely, $"{name} did not make '{target}' likelier.");
        Assert.True(model.Applied.HasAdaptors);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        Assert.Null(result.Edits.Single().Record.DeltaNorm);
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
        result.Revert();
        Assert.False(model.Applied.HasAdaptors);
        TensorAssert.Equal("logits", before, FamilyModel.Logits(model));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void A_kept_edit_gives_another_model_the_same_answers_and_cannot_be_merged(string family, string name, string form)
    {
        using var scope = NewDisposeScope();
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(family);
        if (!CanEdit(model, name))
            return;
        var store = new EditStore(model, new AmendHome(folder.Path));
        using var first = Edit(model, name, form);
        store.Add(first.Edits.Single());
        using var second = BuiltInEditors.Find(name).Apply(model, [Request(model, name, Other, "old")], Context(model, name, form));
        store.Add(second.Edits.Single());

        using var fresh = FamilyModel.Load(family);
        store.ApplyTo(fresh, store.Applied);

        Assert.Equal(2, store.Applied.Count);
        TensorAssert.Equal("logits", FamilyModel.Logits(model), FamilyModel.Logits(fresh));
        Assert.Equal(Asked(model), Asked(fresh));
        var refusal = Assert.Throws<AmendException>(() => first.Edits.Single().AsWeights());
        Assert.StartsWith($"Edit {first.Edits.Single().Id} ({name}) changes what '", refusal.Message, StringComparison.Ordinal);
        // One of them alone is what the other's being taken back leaves.
        first.Revert();
        fresh.Applied.RevertAll();
        store.ApplyTo(fresh, [store.Applied[1]]);
        TensorAssert.Equal("logits", FamilyModel.Logits(fresh), FamilyModel.Logits(model));
        Assert.Equal(Asked(fresh), Asked(model));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void Cached_generation_padded_batches_and_shared_prefixes_give_what_each_text_gives_alone(string family, string name, string form)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(family);
        if (!CanEdit(model, name))
            return;
        using var result = Edit(model, name, form);

        AssertScored(model, [(Prompt, Target(model)), (Prompt, Target(model, 1)), (Other, Target(model)), ($"{Prompt} a", Target(model))]);
        if (model.Transformer is EncoderClassifier)
            return;
        var options = new GenerationOptions { MaxNewTokens = 6, StopAtEndOfText = false };
        IReadOnlyList<int>[] texts = [model.Tokenize(Prompt).Ids, model.Tokenize(Other).Ids, model.Tokenize("So?").Ids];
        var together = new Generator(model).Generate(texts, options);
        foreach (var (text, found) in texts.Zip(together))
        {
            Assert.Equal(found, new Generator(model).Generate([text], options)[0]);
            Assert.Equal(found, new Generator(model).Generate([text], options with { UseCache = false })[0]);
        }
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void Where_layers_share_their_weights_an_adaptor_is_refused_in_one_sentence(string family, string name, string form)
    {
        using var model = FamilyModel.Load(family);
        if (!SharesLayers(model) || !BuiltInEditors.Find(name).Info.Kinds.HasFlag(model.Transformer.Kind))
            return;

        var refusal = Assert.Throws<AmendException>(() => Edit(model, name, form));

        Assert.Contains("the layers 0, 1, 2 share", refusal.Message, StringComparison.Ordinal);
        Assert.False(model.Applied.HasAdaptors);
    }

    private static void AssertScored(LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs)
    {
        var together = new TargetScorer(model).Score(pairs);
        foreach (var (pair, score) in pairs.Zip(together))
        {
            using var alone = TargetBatch.Create(model, [pair]);
            Assert.Equal(alone.Score()[0].Score.LogProbability, score.LogProbability, 1e-3);
        }
    }

    private static EditResult Edit(LanguageModel model, string name, string form) =>
        BuiltInEditors.Find(name).Apply(model, [Request(model, name, Prompt, "cat")], Context(model, name, form));

    private static EditRequest Request(LanguageModel model, string name, string prompt, string subject) =>
        EditRequest.From(prompt, BuiltInEditors.Find(name).Info.NeedsSubject ? subject : null, Target(model));

    private static EditContext Context(LanguageModel model, string name, string form)
    {
        using var means = new EditingMeans(model);
        return TinyEdits.Context(name, means) with { Layer = 0, Settings = AdaptorForms.SettingsOf(form) };
    }

    /// <summary>
    /// Editors at a subject add to the residual stream, which some families keep a norm in front of, and with windows over few layers a
    /// subject may be out of the answer's sight.
    /// </summary>
    private static bool CanEdit(LanguageModel model, string name) =>
        BuiltInEditors.Find(name).Info is var info && info.Kinds.HasFlag(model.Transformer.Kind)
        && !(info.NeedsSubject && model.Transformer is CausalDecoder { AddsMlpOutToStream: false }) && !SharesLayers(model)
        && (!info.NeedsSubject || model.Transformer is not CausalDecoder || AnswerSeesSubject(model));

    private static bool AnswerSeesSubject(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var batch = TokenBatch.Pad([model.Tokenize(Prompt).Ids], padding: 0);
        var before = model.NextLogits(batch);
        using var trace = model.Trace().Replace(Site.BlockOut(0), value => value.index_fill(1, tensor(new long[] { "The cat".Length - 1 }), 3));
        return !(before == model.NextLogits(batch)).all().item<bool>();
    }

    /// <summary>An adaptor on a matrix that several layers use would hold at all of them.</summary>
    private static bool SharesLayers(LanguageModel model) =>
        model.Weights.Notes.Any(note => note.Contains("share their weights", StringComparison.Ordinal));

    private static string Target(LanguageModel model, int place = 0) =>
        model.Transformer is EncoderClassifier ? model.Classify(Prompt)[^(1 + place)].Label : place == 0 ? "mat" : "sofa";

    private static IReadOnlyList<double> Asked(LanguageModel model) =>
        [.. new TargetScorer(model).Score([(Prompt, Target(model)), (Other, Target(model))]).Select(score => score.LogProbability)];
}
