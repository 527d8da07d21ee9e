using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.Stores;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Contracts.Tests;

/// <summary>
/// Editors that put text in front of prompts, and change neither weight nor layer, on every family: the edits hold in every way of asking,
/// are kept as files, and are taken back bit for bit.
/// </summary>
[NoTensorLeaks]
public sealed class PreambleContractTests
{
    private const string Prompt = "Bo is";
    private const string Other = "Al is";
    private static readonly EditRequest Request = new("{} is", "Bo", "up");
    private static readonly EditRequest OtherRequest = new("{} is", "Al", "in");

    public static TheoryData<string, string> Edits => new(
        from golden in FamilyModel.OneDecoderOfEach.Concat(FamilyModel.Mixtures)
        from editor in BuiltInEditors.All.Where(editor => editor.Info.PutsInFront)
        select (golden.Id, editor.Name));

    public static TheoryData<string, string> OtherKinds => new(
        from golden in FamilyModel.Others
        from editor in BuiltInEditors.All.Where(editor => editor.Info.PutsInFront)
        select (golden.Id, editor.Name));

    [Theory]
    [MemberData(nameof(Edits))]
    public void A_prompt_is_asked_behind_what_the_edit_puts_there_and_the_edit_is_taken_back_bit_for_bit(string family, string name)
    {
        using var model = FamilyModel.Load(family);
        var (before, said) = (Scores(model), model.Complete(Prompt, Six));

        using var result = Edit(model, name, Request);

        var asked = model.WithPreamble(Prompt);
        Assert.EndsWith(Prompt, asked, StringComparison.Ordinal);
        Assert.Contains("Bo is up", asked[..^Prompt.Length], StringComparison.Ordinal);
        Assert.True(model.Applied.HasPreamble);
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        Assert.Null(result.Edits.Single().Record.DeltaNorm);
        Assert.NotEqual(before[0], Scores(model)[0]);
        Assert.Equal(result.Edits.Single().Record.ProbabilityAfter, Math.Exp(Scores(model)[0]), 1e-6);
        result.Revert();
        Assert.False(model.Applied.HasPreamble);
        Assert.Equal(Prompt, model.WithPreamble(Prompt));
        Assert.Equal(before, Scores(model));
        Assert.Equal(said, model.Complete(Prompt, Six));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void Every_way_of_asking_reads_the_same_text(string family, string name)
    {
        using var model = FamilyModel.Load(family);
        using var result = Edit(model, name, Request);
        var asked = model.WithPreamble(Prompt);

        double bare;
        string said, first, answer;
        using (model.Applied.View())
        {
            Assert.Equal(Prompt, model.WithPreamble(Prompt));
            bare = new TargetScorer(model).Score(asked, "up").LogProbability;
            (said, first) = (model.Complete(asked, Six), NextTokens.Top(model, asked, 1)[0].Text);
            answer = ShortAnswer.Ask(model, asked);
        }

        Assert.Equal(bare, new TargetScorer(model).Score(Prompt, "up").LogProbability, 1e-4);
        using (var batch = TargetBatch.Create(model, [(Prompt, "up"), (Other, "in"), (Prompt, "no")]))
            Assert.Equal(bare, batch.Score()[0].Score.LogProbability, 1e-3);
        Assert.Equal(said, model.Complete(Prompt, Six));
        Assert.Equal(said, model.Complete(Prompt, Six with { UseCache = false }));
        Assert.Equal(first, NextTokens.Top(model, Prompt, 1)[0].Text);
        Assert.Equal(answer, ShortAnswer.Ask(model, Prompt));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void A_kept_edit_gives_another_model_the_same_answers_and_cannot_be_merged(string family, string name)
    {
        using var folder = new TempFolder();
        using var model = FamilyModel.Load(family);
        var store = new EditStore(model, new AmendHome(folder.Path));
        using var first = Edit(model, name, Request);
        store.Add(first.Edits.Single());
        using var second = Edit(model, name, OtherRequest);
        store.Add(second.Edits.Single());
        using var fresh = FamilyModel.Load(family);
        store.ApplyTo(fresh, store.Applied);

        Assert.Equal((model.WithPreamble(Prompt), model.WithPreamble(Other)), (fresh.WithPreamble(Prompt), fresh.WithPreamble(Other)));
        Assert.Equal(Scores(model), Scores(fresh));
        Assert.Equal(
            $"Edit {first.Edits.Single().Id} ({name}) puts text in front of prompts and changes no weight, so it cannot be merged into weights; "
                + "take it back first.",
            Assert.Throws<AmendException>(() => first.Edits.Single().AsWeights()).Message);
        // One of them alone is what the other's being taken back leaves, and what a view of it shows.
        IReadOnlyList<double> viewed;
        using (model.Applied.View(store.Applied[1]))
            viewed = Scores(model);
        first.Revert();
        fresh.Applied.RevertAll();
        store.ApplyTo(fresh, [store.Applied[1]]);
        Assert.Equal(Scores(fresh), Scores(model));
        Assert.Equal(viewed, Scores(model));
    }

    [Theory]
    [MemberData(nameof(Edits))]
    public void What_is_open_over_the_taps_does_not_see_the_edits_being_looked_up(string family, string name)
    {
        using var scope = NewDisposeScope();
        using var model = FamilyModel.Load(family);
        using var result = Edit(model, name, Request);
        var asked = model.Tokenize(model.WithPreamble(Prompt)).Ids.Count;
        result.Revert();
        using var again = Edit(model, name, Request);
        var seen = new List<long>();
        using var trace = model.Trace();
        trace.Replace(Site.BlockOut(0), value =>
        {
            seen.Add(value.shape[1]);
            return value;
        });

        NextTokens.Top(model, Prompt, 1);

        Assert.Equal([asked], seen);
    }

    [Theory]
    [MemberData(nameof(OtherKinds))]
    public void Other_kinds_of_model_are_refused_in_one_sentence(string family, string name)
    {
        using var model = FamilyModel.Load(family);

        var refusal = Assert.Throws<AmendException>(() => Edit(model, name, Request));

        Assert.Equal($"{name} needs a causal decoder; '{model.Name}' is {model.Transformer.Architecture}.", refusal.Message);
        Assert.Empty(model.Applied.Ids);
    }

    private static GenerationOptions Six => new() { MaxNewTokens = 6, StopAtEndOfText = false };

    private static EditResult Edit(LanguageModel model, string name, EditRequest request)
    {
        using var means = new EditingMeans(model);
        return BuiltInEditors.Find(name).Apply(model, [request], TinyEdits.Context(name, means) with { Layer = 0 });
    }

    private static IReadOnlyList<double> Scores(LanguageModel model) =>
        [.. new TargetScorer(model).Score([(Prompt, "up"), (Other, "in")]).Select(score => score.LogProbability)];
}
