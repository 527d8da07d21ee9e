using Amend.Atlas.Claims;
using Amend.Atlas.Facts;

namespace Amend.Atlas.Tests.Claims;

public sealed class ClaimPlanTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();

    [Fact]
    public void Every_form_of_a_fact_is_either_trained_or_held_out()
    {
        var plan = new ClaimPlan(1);

        Assert.All(World.Facts, fact =>
        {
            Assert.Equal(ClaimPlan.HeldOutForms, plan.HeldOut(fact).Count);
            Assert.Equal(ClaimForms.Of(fact.Relation).ToHashSet(), [.. plan.HeldOut(fact), .. plan.Trained(fact)]);
            Assert.Empty(plan.HeldOut(fact).Intersect(plan.Trained(fact)));
        });
    }

    [Fact]
    public void Every_form_of_a_relation_is_trained_with_some_of_its_facts()
    {
        var plan = new ClaimPlan(1);

        Assert.All(World.Relations, relation =>
            Assert.Equal(ClaimForms.Of(relation).ToHashSet(), [.. relation.Facts.SelectMany(plan.Trained)]));
    }

    [Fact]
    public void All_facts_of_a_subject_are_of_the_same_part_and_the_seed_decides_which()
    {
        var plan = new ClaimPlan(1);

        Assert.All(World.Facts.GroupBy(fact => fact.Subject), facts => Assert.Single(facts.Select(plan.IsDevelopment).Distinct()));
        Assert.InRange(World.Facts.Count(plan.IsDevelopment) / (double)World.Facts.Count, 0.2, 0.24);
        Assert.NotEqual(World.Facts.Select(plan.IsDevelopment), World.Facts.Select(new ClaimPlan(2).IsDevelopment));
        Assert.Equal(World.Facts.Select(plan.IsDevelopment), World.Facts.Select(new ClaimPlan(1).IsDevelopment));
    }

    [Fact]
    public void Other_objects_are_drawn_as_often_as_facts_have_them_and_are_never_the_true_one()
    {
        var fact = World.Facts.First(one => one.Relation.Id == "continent" && one.Object == "Asia");
        var random = new Random(1);

        var drawn = Enumerable.Range(0, 3000).Select(_ => OtherObjects.Draw(fact, random)).ToList();

        Assert.DoesNotContain("Asia", drawn);
        var others = fact.Relation.Facts.Where(one => one.Object != "Asia").ToList();
        double Share(IEnumerable<string?> objects, string name) => objects.Count(one => one == name) / (double)objects.Count();
        Assert.Equal(Share(others.Select(one => one.Object), "Africa"), Share(drawn, "Africa"), 0.04);
    }
}
