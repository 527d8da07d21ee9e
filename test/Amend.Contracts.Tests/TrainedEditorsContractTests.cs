using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>Editors with a trained network make edits like any other, of models of every kind.</summary>
[NoTensorLeaks]
public sealed class TrainedEditorsContractTests
{
    private static readonly string[] Prompts = ["The cat sat on", "A dog ran to"];

    public static TheoryData<string, string> FamiliesAndEditors
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var golden in FamilyModel.All)
            {
                using var model = FamilyModel.Load(golden.Id);
                foreach (var editor in TinyNetworks.EditorsOf(model.Transformer.Kind))
                    data.Add(golden.Id, editor);
            }

            return data;
        }
    }

    public static TheoryData<string> All => [.. BuiltInNetworks.Names];

    [Theory]
    [MemberData(nameof(FamiliesAndEditors))]
    public void Edits_make_their_targets_likelier_name_their_network_and_are_taken_back_bit_for_bit_in_any_order(string family, string name)
    {
        using var model = FamilyModel.Load(family);
        using var networks = new TinyNetworks();
        var requests = Requests(model);
        var context = networks.Train(name, model, requests);
        var before = Probability(model, requests[0]);

        using var first = BuiltInEditors.Find(name).Apply(model, [requests[0]], context);
        var after = Probability(model, requests[0]);
        using var second = BuiltInEditors.Find(name).Apply(model, [requests[1]], context);

        Assert.True(after > before, $"{name} did not make '{requests[0].TargetNew}' likelier: {before} became {after}");
        Assert.Equal(networks.Store.Find(name, model).Record.Id, first.Edits[0].Record.Network!.Id);
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
        first.Revert();
        Assert.NotEqual(model.BaseHash, model.Weights.Hash());
        second.Revert();
        Assert.Equal(model.BaseHash, model.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void An_edit_from_its_file_gives_the_same_model_bit_for_bit_and_is_refused_on_other_weights(string name)
    {
        using var model = TinyModels.Gpt2(seed: 1);
        using var other = TinyModels.Gpt2(seed: 2);
        using var networks = new TinyNetworks();
        using var folder = new TempFolder();
        var requests = Requests(model);
        var context = networks.Train(name, model, requests);
        using var made = BuiltInEditors.Find(name).Apply(model, [requests[0]], context);
        var edited = model.Weights.Hash();
        made.Revert();

        EditFile.Write(made.Edits[0], folder.File("edit.safetensors"));
        using var read = EditFile.Read(folder.File("edit.safetensors"));
        model.Applied.Apply(read.Id, read.Effects);

        Assert.Equal(edited, model.Weights.Hash());
        Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(other, [requests[0]], context));
        Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(
            other, [requests[0]], context with { Settings = new Dictionary<string, string> { ["network"] = read.Record.Network!.Id } }));
        Assert.Equal(other.BaseHash, other.Weights.Hash());
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_model_with_edits_is_edited_as_it_is_then(string name)
    {
        using var model = TinyModels.Gpt2(seed: 1);
        using var networks = new TinyNetworks();
        var requests = Requests(model);
        var context = networks.Train(name, model, requests);
        using var alone = BuiltInEditors.Find(name).Apply(model, [requests[1]], context);
        alone.Revert();
        using var below = BuiltInEditors.Find(name).Apply(model, [requests[0]], context);

        using var upon = BuiltInEditors.Find(name).Apply(model, [requests[1]], context);

        Assert.Equal([below.Edits[0].Id], upon.Edits[0].Record.AppliedBefore);
        Assert.NotEqual(alone.Edits[0].Record.DeltaNorm, upon.Edits[0].Record.DeltaNorm);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Without_a_network_the_sentence_says_which_command_trains_one(string name)
    {
        using var model = TinyModels.Gpt2(seed: 1);
        using var networks = new TinyNetworks();

        var failure = Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(
            model, [Requests(model)[0]], new EditContext { Networks = networks.Store, EvenIfAnswered = true }));

        Assert.EndsWith($"train one with: amend train {name} --model {model.Name} --data FORMAT:PATH.", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_that_are_no_numbers_an_early_end_and_a_foreign_post_processor_leave_the_model_as_it_was(string name)
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(seed: 1);
        using var networks = new TinyNetworks();
        var requests = Requests(model);
        var context = networks.Train(name, model, requests);
        var settings = new Dictionary<string, string> { ["post"] = "square" };

        Assert.Throws<AmendException>(() => BuiltInEditors.Find(name).Apply(model, [requests[0]], context with { Settings = settings }));
        Assert.ThrowsAny<OperationCanceledException>(() => BuiltInEditors.Find(name).Apply(
            model, [requests[0]], context with { Stop = new CancellationToken(canceled: true) }));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        using (no_grad())
            model.Transformer.DownProjection(0).Value[0, 0] = float.NaN;
        var broken = model.Weights.Hash();
        Assert.Throws<ArithmeticException>(() => BuiltInEditors.Find(name).Apply(model, [requests[0]], context));
        Assert.Equal(broken, model.Weights.Hash());
    }

    private static double Probability(LanguageModel model, EditRequest request) =>
        new TargetScorer(model).Score(request.FilledPrompt, request.TargetNew).LogProbability;

    /// <summary>A classifier's are its least likely labels.</summary>
    private static EditRequest[] Requests(LanguageModel model) =>
    [
        .. Prompts.Select(prompt => new EditRequest(
            prompt, null, model.Transformer is EncoderClassifier ? model.Classify(prompt)[^1].Label : "mat")
            {
                TargetTrue = model.Transformer is EncoderClassifier ? model.Classify(prompt)[0].Label : "hat",
                Paraphrases = [$"so {prompt}"],
                Neighbors = ["A hat is on"],
            }),
    ];
}
