using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Governance;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Editing.Tests.Governance;

[NoTensorLeaks]
public sealed class GovernorTests
{
    private const string Text = "Mauritius lies in the Indian ocean, and so do Comoros and Mayotte.";

    [Fact]
    public void Perplexity_is_compared_with_that_of_the_model_without_edits()
    {
        using var model = TinyModel.Make();
        var governor = new Governor(model, new GuardLimits(), Text);

        using var first = Edit(model, "Java");
        using var second = Edit(model, "Elba");
        var measures = governor.Measure(second.Edits);

        Assert.Equal(Perplexity(model), measures.Perplexity);
        Assert.NotEqual(measures.Perplexity, measures.PerplexityBefore);
        Assert.True(measures.Weights[0].Total > measures.Weights[0].Write);
        second.Revert();
        first.Revert();
        Assert.Equal(Perplexity(model), measures.PerplexityBefore);
    }

    [Fact]
    public void Without_a_text_there_is_no_perplexity()
    {
        using var model = TinyModel.Make();
        var governor = new Governor(model, new GuardLimits(), fixedText: null);
        using var edit = Edit(model, "Java");

        Assert.Equal((null, null), (governor.Measure(edit.Edits).PerplexityRatio, governor.Measure(edit.Edits).Past));
    }

    [Fact]
    public void Earlier_edits_are_asked_but_not_those_that_the_write_supersedes()
    {
        using var model = TinyModel.Make();
        var governor = new Governor(model, new GuardLimits { Write = null, Norm = null }, fixedText: null);
        governor.Watch([Request("Java"), Request("Elba"), Request("Malta")]);
        governor.Watch([Request("Malta") with { TargetNew = "Baltic" }]);
        using var edit = Edit(model, "Java");

        var measures = governor.Measure(edit.Edits);

        Assert.Equal((2, 0), (measures.PastAsked, measures.PastKept));
        Assert.Equal("past", measures.Breach()!.Measure);
    }

    [Fact]
    public void Only_edits_that_took_are_counted_among_those_that_must_hold()
    {
        using var model = TinyModels.Gpt2(layers: 3);
        var governor = new Governor(model, new GuardLimits(), fixedText: null);
        var given = new EditRequest("The cat is called {}", "Felix aa", "ah");
        using var taught = new FineTuningEditor(new FineTuningOptions { Layers = [0, 1, 2], TargetModules = ["mlp.c_fc", "mlp.c_proj", "attn.c_proj"], Lr = 1e-2, NumSteps = 100 }).Apply(model, [given], new EditContext());
        Assert.True(new TargetScorer(model).Score(given.FilledPrompt, given.TargetNew).IsGreedy);

        governor.Accept([Request("Elba"), given]);

        using var edit = Edit(model, "Java", size: 1e-6);
        var measures = governor.Measure(edit.Edits);
        Assert.Equal((1, 1), (measures.PastAsked, measures.PastKept));
    }

    [Fact]
    public void At_most_fifty_earlier_edits_are_asked()
    {
        using var model = TinyModel.Make();
        var governor = new Governor(model, new GuardLimits(), fixedText: null);
        governor.Watch(Enumerable.Range(0, 70).Select(number => Request($"Island {number}")));
        using var edit = Edit(model, "Java");

        Assert.Equal(50, governor.Measure(edit.Edits).PastAsked);
    }

    [Fact]
    public void A_model_that_has_edits_is_refused()
    {
        using var model = TinyModel.Make();
        using var edit = Edit(model, "Java");

        Assert.Contains("begin to watch it before the first", Assert.Throws<ArgumentException>(() => new Governor(model, new GuardLimits(), Text)).Message, StringComparison.Ordinal);
    }

    private static EditRequest Request(string subject) => new("{} lies in", subject, "Arctic");

    private static EditResult Edit(LanguageModel model, string subject, double size = 0.1) =>
        new StubEditor(size: size).Apply(model, [Request(subject)], new EditContext());

    private static double Perplexity(LanguageModel model) => Models.Scoring.Perplexity.Of([.. TextScorer.LogProbabilities(model, model.Tokenize(Text).Ids)]);
}
