using Amend.Editing.HyperNetworks.Objectives;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.HyperNetworks.Objectives;

[NoTensorLeaks]
public sealed class ObjectivePassTests
{
    private const double Tolerance = 1e-4;
    private static readonly EditExample[] Examples =
    [
        new(new EditRequest("the cat", null, "sat"), ["the cat", "so the cat"], ["a dog", "a hat is"]),
        new(new EditRequest("my hat", null, "is"), ["my hat"], ["the cat"]),
    ];

    [Fact]
    public void The_loss_is_the_mean_over_examples_of_both_terms_each_computed_alone()
    {
        using var model = TinyModels.Gpt2(seed: 2);
        using var scope = NewDisposeScope();
        using var objective = new EditObjective(model, editWeight: 0.1, localityWeight: 2);
        using var pass = objective.Prepare(Examples);
        var before = Examples.SelectMany(example => example.Kept).ToDictionary(text => text, text => Logs(model, text));
        using var view = Edited(model);

        var value = pass.Measure();

        double Edit(EditExample example) => example.Asked.Average(prompt => new TargetScorer(model).Score(prompt, example.Edit.TargetNew).MeanNll);
        double Locality(EditExample example) => Mean([.. example.Kept.Select(text => (before[text].exp() * (before[text] - Logs(model, text))).sum(1))]);
        Assert.Equal(Examples.Average(Edit), value.Edit, Tolerance);
        Assert.Equal(Examples.Average(Locality), value.Locality, Tolerance);
        Assert.Equal((0.1 * value.Edit) + (2 * value.Locality), value.Loss.item<float>(), Tolerance);
    }

    [Fact]
    public void Without_an_edit_nothing_diverges_and_every_kept_text_is_as_before()
    {
        using var model = TinyModels.Gpt2(seed: 2);
        using var scope = NewDisposeScope();
        using var objective = new EditObjective(model, 0.1, 1);
        using var pass = objective.Prepare(Examples);

        var value = pass.Measure();

        Assert.Equal(0, value.Locality, 1e-6);
        Assert.Equal([true, true, true], value.AsBefore);
        Assert.Equal([0, 0, 1, 0, 0, 1], pass.Owners);
        Assert.Equal([true, false, true], pass.Asked.Select(asked => asked.IsFirst));
    }

    [Fact]
    public void Prompts_that_give_the_target_and_texts_that_changed_are_counted()
    {
        using var model = TinyModels.Gpt2(seed: 2);
        using var scope = NewDisposeScope();
        using var objective = new EditObjective(model, 0.1, 1);
        using var pass = objective.Prepare(Examples);
        using var view = Edited(model);
        var figures = new ObjectiveFigures();

        figures.Add(pass, pass.Measure(), Examples.Length);

        var scores = Examples.SelectMany(example => example.Asked.Select(prompt => new TargetScorer(model).Score(prompt, example.Edit.TargetNew).IsGreedy)).ToList();
        Assert.Equal(new[] { scores[0], scores[2] }.Average(one => one ? 1 : 0), figures.Means["success"]);
        Assert.Equal(scores[1] ? 1 : 0, figures.Means["generality"]);
        Assert.InRange(figures.Means["locality"], 0, 0.7);
    }

    [Fact]
    public void Unedited_outputs_are_computed_again_when_they_were_let_go_of()
    {
        using var model = TinyModels.Gpt2(seed: 2);
        using var scope = NewDisposeScope();
        using var kept = new UneditedOutputs(model, mostBytes: 100);
        var first = kept.Of(["the cat"])[0].States.clone();

        kept.Of(["a dog"]);

        TensorAssert.Close("states", first, kept.Of(["the cat"])[0].States, 1e-5);
    }

    private static Amend.Models.Weights.WeightView Edited(LanguageModel model)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var down = model.Transformer.DownProjection(1);
        return model.View().Add(down.Name, randn(down.Value.shape, generator: generator));
    }

    private static Tensor Logs(LanguageModel model, string text)
    {
        using var none = no_grad();
        return nn.functional.log_softmax(model.Logits(TokenBatch.Pad([model.Tokenize(text).Ids], padding: 0))[0], -1);
    }

    private static double Mean(IReadOnlyList<Tensor> values) => cat([.. values], 0).mean().item<float>();
}
