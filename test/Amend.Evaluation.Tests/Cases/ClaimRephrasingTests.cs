using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Tests.Cases;

public sealed class ClaimRephrasingTests
{
    [Theory]
    [InlineData("The Dark Tower ended.", "It is true that the Dark Tower ended.")]
    [InlineData("Aristotle tutored Alexander", "It is a fact that Aristotle tutored Alexander.")]
    [InlineData("Ashton Kutcher was not born in Goa.", "Ashton Kutcher wasn't born in Goa.")]
    [InlineData("Goa isn't a car.", "Goa is not a car.")]
    [InlineData("Emilia Clarke is a car.", "It is Emilia Clarke that is a car.")]
    [InlineData("The Punisher had a son.", "It was the Punisher that had a son.")]
    [InlineData("In 1951, Lalla Ward was born.", "Lalla Ward was born in 1951.")]
    [InlineData("On January 22nd, 1917, Bruce Shand was born .", "Bruce Shand was born on January 22nd, 1917.")]
    [InlineData("Thomas Jefferson founded the University of Virginia.", "The University of Virginia was founded by Thomas Jefferson.")]
    [InlineData("The Birds was directed by Alfred Hitchcock.", "Alfred Hitchcock directed the Birds.")]
    [InlineData("Middlemarch was written by George Eliot.", "George Eliot wrote Middlemarch.")]
    public void A_rule_keeps_what_the_claim_says(string claim, string expected) => Assert.Contains(expected, ClaimRephrasing.Of(claim));

    [Theory]
    [InlineData("There are no works by Phillip Glass.")]
    [InlineData("A rapper directed a hit by Chaka Khan.")]
    [InlineData("Swordfish (film) grossed 5 million.")]
    [InlineData("It was written by Batman.")]
    public void Where_no_other_rule_plainly_fits_there_are_the_assurances_alone(string claim) =>
        Assert.All(ClaimRephrasing.Of(claim), one => Assert.Matches("^It is (true|a fact) that ", one));

    [Fact]
    public void An_agent_that_is_no_name_is_not_made_a_subject() => Assert.Equal(
        "It was Island Records that was founded by only Batman.", ClaimRephrasing.Of("Island Records was founded by only Batman.")[^1]);

    [Fact]
    public void Each_wording_is_another_sentence_and_there_is_none_of_nothing()
    {
        var found = ClaimRephrasing.Of("Babur was a conqueror.");

        Assert.Equal(
            ["It is true that Babur was a conqueror.", "It is a fact that Babur was a conqueror.", "It was Babur that was a conqueror."], found);
        Assert.Empty(ClaimRephrasing.Of(" . "));
    }
}
