using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Corpora;

/// <summary>
/// Which phrasings of which facts are never trained on, so that generalization is measured: a share of the facts is seen in
/// some of its phrasings only. A fact's part in the plan depends on the seed and the fact alone.
/// </summary>
public sealed class HeldOutPlan
{
    private readonly int _seed;

    /// <summary>Makes the plan of a seed.</summary>
    public HeldOutPlan(int seed) => _seed = seed;

    /// <summary>The share of the facts that have held-out phrasings.</summary>
    public const double Share = 0.3;

    /// <summary>The phrasings that such a fact is trained on.</summary>
    public const int TrainedPhrasings = 4;

    /// <summary>The phrasings of a fact that training may show, as indices into <see cref="Relation.Phrasings"/>.</summary>
    public IReadOnlyList<int> Trained(Fact fact)
    {
        var random = StableRandom.For(_seed, $"held-out\t{fact.Key}");
        var all = Enumerable.Range(0, fact.Relation.Phrasings.Count).ToArray();
        if (random.NextDouble() >= Share)
            return all;
        random.Shuffle(all);
        return [.. all.Take(TrainedPhrasings).Order()];
    }

    /// <summary>The phrasings of a fact that training never shows.</summary>
    public IReadOnlyList<int> HeldOut(Fact fact) => [.. Enumerable.Range(0, fact.Relation.Phrasings.Count).Except(Trained(fact))];
}
