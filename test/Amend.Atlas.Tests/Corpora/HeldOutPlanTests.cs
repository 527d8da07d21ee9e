using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;

namespace Amend.Atlas.Tests.Corpora;

public sealed class HeldOutPlanTests
{
    /// <summary>Three standard deviations of a share of 0.3 over 3,000 facts.</summary>
    private const double ShareTolerance = 0.025;

    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();

    [Fact]
    public void Trained_and_held_out_phrasings_are_disjoint_and_all_there_are() => Assert.All(World.Facts, fact =>
    {
        var plan = new HeldOutPlan(1);
        int[] both = [.. plan.Trained(fact), .. plan.HeldOut(fact)];

        Assert.Equal(Enumerable.Range(0, fact.Relation.Phrasings.Count), both.Order());
    });

    [Fact]
    public void A_fact_is_trained_in_all_phrasings_or_in_four()
    {
        var plan = new HeldOutPlan(1);
        var partly = World.Facts.Where(fact => plan.HeldOut(fact).Count > 0).ToList();

        Assert.All(partly, fact => Assert.Equal(HeldOutPlan.TrainedPhrasings, plan.Trained(fact).Count));
        Assert.Equal(HeldOutPlan.Share, (double)partly.Count / World.Facts.Count, ShareTolerance);
    }

    [Fact]
    public void The_plan_of_a_seed_is_stable()
    {
        var plans = new[] { new HeldOutPlan(1), new HeldOutPlan(1), new HeldOutPlan(2) }.Select(
            plan => World.Facts.Select(plan.Trained).ToArray()).ToArray();

        Assert.Equal(plans[0], plans[1]);
        Assert.NotEqual(plans[0], plans[2]);
    }

    [Fact]
    public void The_plan_of_seed_1_is_the_one_that_was_always_drawn()
    {
        var capital = World.Relations.Single(r => r.Id == "capital");
        var plan = new HeldOutPlan(1);

        var trained = string.Join(" | ", capital.Facts.Take(3).Select(f => $"{f.Subject} {string.Join(',', plan.Trained(f))}"));

        Assert.Equal("France 0,1,2,3,4,5,6,7,8,9 | Germany 1,4,6,9 | Italy 0,1,2,3,4,5,6,7,8,9", trained);
    }
}
