using System.Text.RegularExpressions;
using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Editors.FineTuning;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>What every registered editor refuses: in one sentence, with the model unchanged.</summary>
[NoTensorLeaks]
public sealed partial class BadInputContractTests
{
    public static TheoryData<string> All => [.. TinyEdits.Editors];

    public static TheoryData<string> MakersOfOneEditAtATime => [.. BuiltInEditors.All.Where(editor => !editor.Info.Batch).Select(editor => editor.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void An_empty_list(string editor) =>
        Refuses<AmendException>(editor, (_, context) => ([], context), @"\ANo edit of 'tiny-gpt2-0' was requested; give at least one\.\z");

    [Theory]
    [MemberData(nameof(MakersOfOneEditAtATime))]
    public void A_thousand_requests_to_an_editor_that_makes_one_edit_at_a_time(string editor) => Refuses<AmendException>(
        editor,
        (_, context) => ([.. Enumerable.Range(0, 1000).Select(TinyEdits.Request)], context),
        $@"\AThe editor {editor} makes one edit at a time, and 1000 requests were given; use a batch editor such as memit, or ask for edits in turn \(--in-turn\)\.\z");

    [Theory]
    [MemberData(nameof(All))]
    public void Two_targets_for_one_question_also_where_edits_are_made_in_turn(string editor) => Refuses<AmendException>(
        editor,
        (_, context) => ([TinyEdits.Request(0), TinyEdits.Request(1), TinyEdits.Request(0) with { TargetNew = "other" }], context with { InTurn = true }),
        @"\ARequests 1 and 3 of the batch contradict each other, '.*' with 'ah' and with 'other'; leave one out\.\z");

    [Theory]
    [MemberData(nameof(All))]
    public void A_target_that_the_model_gives_already(string editor) => Refuses<AmendException>(
        editor,
        (model, context) =>
        {
            Teach(model, TinyEdits.Request(0));
            return ([TinyEdits.Request(0)], context with { EvenIfAnswered = false });
        },
        @"\A'tiny-gpt2-0' answers 'The cat is called Felix aa' with 'ah' already, so there is nothing to edit; give another target, or ask for the edit anyway \(--anyway\)\.\z");

    [Theory]
    [MemberData(nameof(All))]
    public void Weights_that_are_no_numbers(string editor) => Refuses<ArithmeticException>(
        editor,
        (model, context) =>
        {
            using (no_grad())
                model.Transformer.DownProjection(1).Value.fill_(float.NaN);
            return ([TinyEdits.Request(0)], context);
        },
        @"\AThe log-probability of 'ah' after 'The cat is called Felix aa' is NaN before anything was changed; check the weights of 'tiny-gpt2-0' and the edits that it has\.\z");

    [Theory]
    [MemberData(nameof(All))]
    public void Less_memory_than_it_needs(string editor) => Refuses<AmendException>(
        editor,
        (_, context) => ([TinyEdits.Request(0)], context with { FreeMemory = _ => 1000 }),
        $@"\AAn edit with {editor} needs about \d+\.\d+ MB beside 'tiny-gpt2-0', and 0\.001 MB are free; edit fewer requests or layers at a time, or use a machine with more memory\.\z");

    [Theory]
    [MemberData(nameof(All))]
    public void A_device_whose_memory_is_not_known_is_not_refused(string editor)
    {
        using var model = TinyModels.Gpt2(layers: 3);
        using var means = new EditingMeans(model);

        using var result = BuiltInEditors.Find(editor).Apply(model, [TinyEdits.Request(0)], TinyEdits.Context(editor, means) with { FreeMemory = _ => null });

        Assert.Single(result.Edits);
    }

    /// <summary>Tunes a model until it gives the target, which random ones do not.</summary>
    private static void Teach(LanguageModel model, EditRequest request)
    {
        var tuning = new FineTuningOptions { Layers = [0, 1, 2], TargetModules = ["mlp.c_fc", "mlp.c_proj", "attn.c_proj"], Lr = 1e-2, NumSteps = 100 };
        using var taught = new FineTuningEditor(tuning).Apply(model, [request], new EditContext());
        Assert.True(new TargetScorer(model).Score(request.FilledPrompt, request.TargetNew).IsGreedy);
    }

    private static void Refuses<T>(string name, Func<LanguageModel, EditContext, (IReadOnlyList<EditRequest> Requests, EditContext Context)> ask, string sentence)
        where T : Exception
    {
        using var model = TinyModels.Gpt2(layers: 3);
        using var means = new EditingMeans(model);
        var (requests, context) = ask(model, TinyEdits.Context(name, means));
        var (before, applied) = (model.Weights.Hash(), model.Applied.Ids);

        var failure = Assert.Throws<T>(() => BuiltInEditors.Find(name).Apply(model, requests, context));

        Assert.Matches(sentence, failure.Message);
        Assert.DoesNotMatch(EndOfSentence(), failure.Message);
        Assert.Equal(applied, model.Applied.Ids);
        Assert.Equal(before, model.Weights.Hash());
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
    }

    [GeneratedRegex(@"[.!?] [A-Z]|\n")]
    private static partial Regex EndOfSentence();
}
