using Amend.Atlas.Facts;
using Amend.Atlas.Suites;

namespace Amend.Atlas.Tests.Suites;

public sealed class ClaimSuiteTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();
    private readonly ClaimSuite _suite = new(World, seed: 1);

    [Fact]
    public void Half_of_the_claims_are_true_and_the_label_says_which()
    {
        Assert.All([_suite.Development(), _suite.Training()], part =>
        {
            Assert.Equal(0.5, part.Count(claim => claim.Classification.Label == "SUPPORTS") / (double)part.Count, 0.001);
            Assert.All(part, claim =>
            {
                var (relation, subject, claimed) = Parts(claim.Id);
                var fact = World.Facts.Single(one => one.Relation.Id == relation && one.Subject == subject);
                Assert.Equal(fact.Object == claimed ? "SUPPORTS" : "REFUTES", claim.Classification.Label);
                Assert.Contains(claimed, claim.Classification.Text, StringComparison.OrdinalIgnoreCase);
            });
        });
    }

    [Fact]
    public void A_fact_of_the_training_part_has_a_true_and_a_false_claim_in_different_forms_and_no_subject_is_in_both_parts()
    {
        var (development, training) = (_suite.Development(), _suite.Training());

        Assert.True(development.Count >= 600);
        Assert.Equal(development.Count, development.DistinctBy(claim => Parts(claim.Id) with { Object = "" }).Count());
        Assert.All(training.GroupBy(claim => Parts(claim.Id) with { Object = "" }), claims =>
        {
            Assert.Equal(["REFUTES", "SUPPORTS"], claims.Select(claim => claim.Classification.Label).Order());
            Assert.Equal(2, claims.Select(claim => claim.Classification.Text.Replace(Parts(claim.Id).Object, "")).Distinct().Count());
        });
        Assert.Empty(development.Select(claim => Parts(claim.Id).Subject).Intersect(training.Select(claim => Parts(claim.Id).Subject)));
    }

    [Fact]
    public void Paraphrases_are_other_wordings_of_the_same_claim()
    {
        Assert.All(_suite.Development(), claim =>
        {
            var (_, subject, claimed) = Parts(claim.Id);
            Assert.Equal(5, claim.Paraphrases.Distinct().Count());
            Assert.DoesNotContain(claim.Classification.Text, claim.Paraphrases);
            Assert.Matches("^It is (true|a fact) that ", claim.Paraphrases[^1]);
            Assert.All(claim.Paraphrases, text =>
            {
                Assert.Contains(subject, text, StringComparison.OrdinalIgnoreCase);
                Assert.Contains(claimed, text, StringComparison.OrdinalIgnoreCase);
            });
        });
    }

    [Fact]
    public void Unrelated_claims_are_of_the_same_part_and_name_other_subjects()
    {
        foreach (var (part, count) in
            (IEnumerable<(IReadOnlyList<ClassifiedRecord>, int)>)[(_suite.Development(), 4), (_suite.Training(), 2)])
        {
            var byText = part.ToLookup(claim => claim.Classification.Text);
            Assert.All(part, claim =>
            {
                Assert.Equal(count, claim.Neighborhood.Select(prompt => prompt.Text).Distinct().Count());
                Assert.All(claim.Neighborhood, prompt =>
                {
                    var other = Assert.Single(byText[prompt.Text]);
                    Assert.Equal([other.Classification.Label], prompt.Answers);
                    Assert.NotEqual(Parts(claim.Id).Subject, Parts(other.Id).Subject);
                    Assert.False(Mention.Of(Parts(claim.Id).Subject, prompt.Text));
                });
            });
        }
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        string Text(IEnumerable<ClassifiedRecord> part) => string.Join('\n', part.Select(claim => claim.Classification.Text));

        Assert.Equal(Text(_suite.Development()), Text(new ClaimSuite(World, 1).Development()));
        Assert.NotEqual(Text(_suite.Development()), Text(new ClaimSuite(World, 2).Development()));
    }

    private static (string Relation, string Subject, string Object) Parts(string id)
    {
        var parts = id.Split('/');
        return (parts[0], parts[1], string.Join('/', parts[2..]));
    }
}
