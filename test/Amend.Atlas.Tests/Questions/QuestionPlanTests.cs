using Amend.Atlas.Facts;
using Amend.Atlas.Questions;

namespace Amend.Atlas.Tests.Questions;

public sealed class QuestionPlanTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();
    private static readonly QuestionPlan Plan = new(seed: 1);

    [Fact]
    public void All_facts_of_a_subject_are_told_or_none()
    {
        var parts = World.Facts.GroupBy(fact => fact.Subject).Select(facts => facts.Select(Plan.IsUntold).Distinct().Count());

        Assert.All(parts, count => Assert.Equal(1, count));
        Assert.InRange(World.Facts.Count(Plan.IsUntold) / (double)World.Facts.Count, 0.09, 0.15);
    }

    [Fact]
    public void The_wordings_of_a_fact_are_parted_without_rest()
    {
        Assert.All(World.Facts, fact =>
        {
            var all = QuestionForms.Of(fact.Relation).Order(StringComparer.Ordinal);
            Assert.Equal(all, Plan.Shown(fact).Concat(Plan.HeldOut(fact)).Order(StringComparer.Ordinal));
            Assert.Equal(all, Plan.Edited(fact).Concat(Plan.Rephrased(fact)).Order(StringComparer.Ordinal));
            Assert.Equal((QuestionPlan.HeldOutForms, QuestionPlan.EditedForms), (Plan.HeldOut(fact).Count, Plan.Edited(fact).Count));
        });
    }

    [Fact]
    public void Another_seed_parts_otherwise()
    {
        var other = new QuestionPlan(seed: 2);

        Assert.Contains(World.Facts, fact => Plan.IsUntold(fact) != other.IsUntold(fact));
        Assert.Contains(World.Facts, fact => !Plan.Shown(fact).SequenceEqual(other.Shown(fact)));
    }
}
