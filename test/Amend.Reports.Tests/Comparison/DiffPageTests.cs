using Amend.Editing;
using Amend.Editing.Comparison;
using Amend.Models.Scoring;
using Amend.Reports.Comparison;

namespace Amend.Reports.Tests.Comparison;

public sealed class DiffPageTests
{
    private static readonly StateDiff Diff = new("tiny", new ComparedState("base", []), new ComparedState("head", ["0123456789ab"]))
    {
        Prompts =
        [
            new ComparedAnswer("The <Tower> is in", AskedKind.Prompt, "Paris", "Rome"),
            new ComparedAnswer("The Louvre is in", AskedKind.Neighbor, "Paris", "Paris"),
        ],
        Texts = new Divergence(120, 0.01234, 0.025) { Furthest = [new DivergedPlace("The capital of", 1.5, " Italy", " France")] },
        Weights =
        [
            new WeightDifference("h.0.mlp.c_proj.weight", [256, 1024], 3.25, 0.125, 0.9) { Rank = 1, FirstShare = 1 },
            new WeightDifference("h.0.mlp.c_fc.bias", [1024], 0.5, 0.01, 0.1),
        ],
        Adaptors = [new AdaptorDifference("token_codebook", "h.1.mlp.c_proj.weight", 0, 3)],
    };

    [Fact]
    public void The_page_has_answers_texts_weights_and_what_stands_at_layers_and_needs_nothing_else()
    {
        var page = DiffPage.Of(Diff).ToString();

        Assert.All(
            [
                "<h1>base and head</h1>", "Two states of tiny", "1 of 2", "0.0123", "2.5 % of 120 places", "The &lt;Tower&gt; is in", "<strong>Rome</strong>",
                "1 answered alike", "“ Italy”", "256\u00a0×\u00a01024", "3.2500", "12.500", "token codebook", "no edits", "0123456789ab", "below h.0.mlp", ">c_proj.weight<",
            ],
            text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void States_that_are_alike_say_so()
    {
        var page = DiffPage.Of(Diff with { Prompts = [], Texts = null, Weights = [], Adaptors = [] }).ToString();

        Assert.Contains("No prompt was asked.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<h2>Weights", page, StringComparison.Ordinal);
        Assert.DoesNotContain("KL(A", page, StringComparison.Ordinal);
        Assert.Contains("Every prompt is answered alike.", DiffPage.Of(Diff with { Prompts = [Diff.Prompts[1]] }).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_many_weights_the_largest_are_drawn_and_all_are_listed()
    {
        WeightDifference[] many = [.. Enumerable.Range(0, 40).Select(at => new WeightDifference($"layers.{at}.weight", [4, 4], 1, at, 1.0 / 40))];

        var page = DiffPage.Of(Diff with { Weights = many }).ToString();

        Assert.Contains("below layers; the 24 largest of 40", page, StringComparison.Ordinal);
        Assert.DoesNotContain(">15.weight<", page, StringComparison.Ordinal);
        Assert.Contains(">16.weight<", page, StringComparison.Ordinal);
        Assert.All(many, weight => Assert.Contains(weight.Weight, page, StringComparison.Ordinal));
    }

    [Fact]
    public void A_weight_that_is_no_number_any_more_is_written_and_not_drawn()
    {
        var broken = Diff.Weights[0] with { Norm = double.PositiveInfinity, Relative = double.PositiveInfinity, Share = double.NaN, Rank = null, FirstShare = null };

        Assert.Contains("Infinity", DiffPage.Of(Diff with { Weights = [broken, Diff.Weights[1]] }).ToString(), StringComparison.Ordinal);
    }
}
