using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Atlas.Training;

/// <summary>Measures recall: whether the greedy continuation of a fact's phrasing is exactly its object and ends there.</summary>
public sealed class RecallEvaluator
{
    private readonly GreedyRecall _recall;
    private readonly AtlasWorld _world;
    private readonly HeldOutPlan _plan;

    /// <summary>Creates an evaluator of a model over a world.</summary>
    /// <exception cref="AmendException">The world has fewer than two subjects, so that no sentence is a foreign one.</exception>
    public RecallEvaluator(LanguageModel model, AtlasWorld world, HeldOutPlan plan)
    {
        if (world.Facts.All(f => f.Subject == world.Facts[0].Subject))
            throw new AmendException(
                $"The world knows of '{world.Facts[0].Subject}' alone; "
                + "recall after a sentence about another subject needs a second one, so add facts.");
        _recall = new GreedyRecall(model);
        _world = world;
        _plan = plan;
    }

    /// <summary>Measures all facts in all phrasings.</summary>
    public RecallReport All() => Measure(_world.Facts);

    /// <summary>Measures a fixed sample of the facts, without the prefixes.</summary>
    public (Share Trained, Share HeldOut) Sample(int facts)
    {
        var sample = _world.Facts.ToArray();
        StableRandom.For(0, "recall sample").Shuffle(sample);
        var byRelation = ByRelation(sample.Take(facts), foreign: false);
        return (Sum(byRelation, r => r.Trained), Sum(byRelation, r => r.HeldOut));
    }

    /// <summary>Whether each prompt's greedy continuation is exactly the object.</summary>
    public bool[] Recalls(IReadOnlyList<(string Prompt, string Object)> questions) => _recall.Recalls(questions);

    private RecallReport Measure(IReadOnlyList<Fact> facts)
    {
        var (plain, foreign) = (ByRelation(facts, foreign: false), ByRelation(facts, foreign: true));
        return new RecallReport(
            Sum(plain, r => r.Trained), Sum(plain, r => r.HeldOut), Sum(foreign, r => r.Trained), Sum(foreign, r => r.HeldOut), plain);
    }

    private Dictionary<string, (Share Trained, Share HeldOut)> ByRelation(IEnumerable<Fact> facts, bool foreign)
    {
        (Fact Fact, int Phrasing)[] asked =
        [
            .. from fact in facts
               from phrasing in Enumerable.Range(0, fact.Relation.Phrasings.Count)
               select (fact, phrasing),
        ];
        string Before((Fact Fact, int Phrasing) a) => foreign ? Foreign(a.Fact, a.Phrasing) + " " : "";
        var right = Recalls([.. asked.Select(a => (Before(a) + Prompt(a.Fact, a.Phrasing), a.Fact.Object))]);
        return asked.Select((a, i) => (a.Fact.Relation.Id, HeldOut: !_plan.Trained(a.Fact).Contains(a.Phrasing), Right: right[i]))
            .GroupBy(a => a.Id)
            .ToDictionary(
                g => g.Key,
                g => (ShareOf(g.Where(a => !a.HeldOut).Select(a => a.Right)), ShareOf(g.Where(a => a.HeldOut).Select(a => a.Right))));
    }

    private string Foreign(Fact fact, int phrasing)
    {
        var random = StableRandom.For(1, $"foreign\t{fact.Key}\t{phrasing}");
        var other = _world.Facts[random.Next(_world.Facts.Count)];
        while (other.Subject == fact.Subject)
            other = _world.Facts[random.Next(_world.Facts.Count)];
        return PassageWriter.Sentence(other, random.Next(other.Relation.Statements.Count)).Text;
    }

    private static string Prompt(Fact fact, int phrasing) =>
        fact.Relation.Phrasings[phrasing].Replace("{}", fact.Subject, StringComparison.Ordinal);

    private static Share ShareOf(IEnumerable<bool> right)
    {
        var list = right.ToList();
        return new Share(list.Count(r => r), list.Count);
    }

    private static Share Sum(
        Dictionary<string, (Share Trained, Share HeldOut)> byRelation, Func<(Share Trained, Share HeldOut), Share> part) =>
        new(byRelation.Values.Sum(r => part(r).Right), byRelation.Values.Sum(r => part(r).Of));
}
