using Amend.Atlas.Tests.Suites;
using Amend.Atlas.Tour;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Tour;

public sealed class TourFactsTests
{
    [Fact]
    public void There_are_some_thirty_facts_each_once_with_another_object_paraphrases_and_neighbours()
    {
        Assert.InRange(TourFacts.All.Count, 30, 40);
        Assert.Equal(TourFacts.All.Count, TourFacts.All.Select(fact => fact.Request.FilledPrompt).Distinct().Count());
        Assert.True(TourFacts.All.Select(fact => fact.Request.Prompt).Distinct().Count() >= 6);
        Assert.All(TourFacts.All, fact =>
        {
            var request = fact.Request.Validated();
            Assert.NotEqual(request.TargetTrue, request.TargetNew);
            Assert.Equal(2, request.Paraphrases.Count);
            Assert.True(fact.Neighbors.Count >= 3, request.FilledPrompt);
            Assert.DoesNotContain(request.FilledPrompt, fact.Neighbors.Select(neighbor => neighbor.Prompt));
            Assert.Equal(fact.Neighbors.Count, fact.Neighbors.Distinct().Count());
        });
    }

    [Fact]
    public void The_first_fact_that_the_model_knows_with_a_neighbour_is_taken_with_the_neighbours_that_it_knows()
    {
        var (alone, fact) = (TourFacts.All[1], TourFacts.All[7]);
        using var model = OracleStack.Model(
            [Known(alone.Request.FilledPrompt, alone.Request.TargetTrue!), Known(fact.Request.FilledPrompt, fact.Request.TargetTrue!), .. fact.Neighbors.Skip(1)]);

        var (request, asked) = TourFacts.FindKnown(model);

        Assert.Equal(8, asked);
        Assert.Equal(fact.Request.FilledPrompt, request.FilledPrompt);
        Assert.Equal(fact.Neighbors.Skip(1).Take(3).Select(neighbor => neighbor.Prompt), request.Neighbors);
    }

    [Fact]
    public void A_model_that_knows_none_is_told_what_it_says()
    {
        using var model = OracleStack.Model([Known(TourFacts.All[0].Request.FilledPrompt, "Nowhere")]);

        Assert.Equal(
            $"'oracle' answers none of the tour's {TourFacts.All.Count} facts rightly, and to \"The Eiffel Tower is located in the city of\" it says "
            + "'Nowhere' instead of Paris; edit a fact that it knows with amend edit.",
            Assert.Throws<AmendException>(() => TourFacts.FindKnown(model)).Message);
    }

    private static (string Prompt, string Object) Known(string prompt, string answer) => (prompt, answer);
}
