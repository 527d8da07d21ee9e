using Amend.Atlas.Claims;

namespace Amend.Atlas.Tests.Claims;

public sealed class ClaimFormsTests : IDisposable
{
    private readonly TempWorld _folder = TempWorld.Whole();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_relation_has_its_statements_and_then_its_clauses_as_forms()
    {
        var sea = _folder.Load().Relations.Single(relation => relation.Id == "sea");

        var texts = ClaimForms.Of(sea).Select(form => form.Fill("Guam", "Arctic").Text).ToList();

        Assert.Equal(8, texts.Count);
        Assert.Equal("Guam lies in the ocean called Arctic.", texts[0]);
        Assert.Equal("The ocean around Guam is the Arctic.", texts[1]);
        Assert.Equal("Guam is an island in the Arctic.", texts[6]);
        Assert.Equal("The Arctic is the ocean of Guam.", texts[7]);
    }

    [Theory]
    [InlineData("The ocean around {subject} is the {object}", "It is true that the ocean around Guam is the Arctic.")]
    [InlineData("{subject} lies in the {object}", "It is true that Guam lies in the Arctic.")]
    [InlineData("{object} is around {subject}", "It is true that Arctic is around Guam.")]
    public void An_assurance_stands_in_front_and_names_keep_their_capitals(string clause, string expected) =>
        Assert.Equal(expected, new ClaimForm(clause) { Assurance = ClaimForms.Assurances[0] }.Fill("Guam", "Arctic").Text);

    [Theory]
    [InlineData("the {object} is around {subject}")]
    [InlineData("{subject} lies in the {object} today")]
    public void The_place_of_the_object_is_known_even_where_the_subject_contains_it(string clause)
    {
        var claim = new ClaimForm(clause) { Assurance = "It is a fact that" }.Fill("Arctic City", "Arctic");

        Assert.Equal("Arctic", claim.Text[claim.Object.Start..claim.Object.End]);
        Assert.NotEqual(" City", claim.Text[claim.Object.End..].PadRight(5)[..5]);
    }

    [Fact]
    public void A_claim_is_true_where_it_claims_what_the_world_says()
    {
        var fact = _folder.Load().Facts.Single(one => one.Subject == "Guam");

        Assert.Equal((true, "SUPPORTS"), (new Claim(fact, "Pacific").IsTrue, new Claim(fact, "Pacific").Label));
        Assert.Equal((false, "REFUTES"), (new Claim(fact, "Arctic").IsTrue, new Claim(fact, "Arctic").Label));
    }
}
