using Amend.Models.Configuration;
using Amend.Models.Decoders.Experts;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Decoders;

/// <summary>Choices of experts, worked out by hand.</summary>
[NoTensorLeaks]
public sealed class RouterRuleTests
{
    private const double Tolerance = 1e-6;

    [Fact]
    public void A_softmax_over_all_leaves_what_was_not_chosen_out_of_the_sum_unless_it_is_normalized()
    {
        using var scope = NewDisposeScope();
        var rule = new RouterRule(3, 2, RouterScoring.Softmax);
        var logits = tensor(new[] { 0f, MathF.Log(3), MathF.Log(4) }).view(1, 1, 3);

        var (choice, weight) = rule.Choose(logits, correction: null);
        var (_, normalized) = (rule with { Normalizes = true, Factor = 2 }).Choose(logits, correction: null);

        Assert.Equal([2, 1], choice.flatten().data<long>().ToArray());
        AssertClose([0.5, 0.375], weight);
        AssertClose([8 / 7.0, 6 / 7.0], normalized);
    }

    [Fact]
    public void A_softmax_over_the_chosen_is_that_of_their_logits_alone()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { MathF.Log(3), 0f, -9f }).view(1, 1, 3);

        var (choice, weight) = new RouterRule(3, 2, RouterScoring.SoftmaxOfChosen).Choose(logits, correction: null);

        Assert.Equal([0, 1], choice.flatten().data<long>().ToArray());
        AssertClose([0.75, 0.25], weight);
    }

    [Fact]
    public void A_correction_decides_who_is_chosen_and_not_with_what_weight()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 0f, MathF.Log(3), MathF.Log(3) }).view(1, 1, 3);

        var (choice, weight) = new RouterRule(3, 2, RouterScoring.Sigmoid).Choose(logits, tensor(new[] { 1f, 0f, 0.1f }));

        // The first has the best corrected score and the smaller weight, so it comes second.
        Assert.Equal([2, 0], choice.flatten().data<long>().ToArray());
        AssertClose([0.75, 0.5], weight);
    }

    [Fact]
    public void Only_experts_of_the_best_groups_are_chosen()
    {
        using var scope = NewDisposeScope();
        // The best expert is the fifth, but the two best of the first group are more together.
        var logits = tensor(new[] { 2f, 1.9f, -9f, -9f, 3f, -9f }).view(1, 1, 6);
        var rule = new RouterRule(6, 2, RouterScoring.Softmax) { Groups = 3, ChosenGroups = 1, ScoresOfGroup = 2 };

        var bySum = rule.Choose(logits - 1, correction: null).Choice;
        var byBest = (rule with { ScoresOfGroup = 1 }).Choose(logits, correction: null).Choice;

        Assert.Equal([4, 5], byBest.flatten().data<long>().ToArray());
        Assert.Equal([4, 5], bySum.flatten().data<long>().ToArray());
        Assert.Equal([0, 1], (rule with { Scoring = RouterScoring.Sigmoid }).Choose(logits, correction: null).Choice.flatten().data<long>().ToArray());
    }

    [Theory]
    [InlineData(2, 3, 1, 1)]
    [InlineData(6, 2, 4, 1)]
    [InlineData(6, 2, 3, 4)]
    [InlineData(6, 4, 3, 1)]
    public void What_cannot_be_chosen_is_refused(int experts, int chosen, int groups, int chosenGroups) =>
        Assert.StartsWith(
            $"config.json asks for {chosen} of {experts} experts a token, from {chosenGroups} of {groups} groups, which cannot be;",
            Assert.Throws<ModelFormatException>(
                new RouterRule(experts, chosen, RouterScoring.Softmax) { Groups = groups, ChosenGroups = chosenGroups }.Checked).Message,
            StringComparison.Ordinal);

    private static void AssertClose(double[] expected, Tensor found) =>
        Assert.All(expected.Zip(found.flatten().data<float>()), pair => Assert.Equal(pair.First, pair.Second, Tolerance));
}
