using Amend.Atlas.Facts;

namespace Amend.Atlas.Suites;

/// <summary>Which phrasings of which facts of a world a model answers rightly; asked once for all suites.</summary>
internal sealed class KnownPrompts
{
    private readonly Dictionary<string, int[]> _right;

    public KnownPrompts(AtlasWorld world, Recall recall)
    {
        World = world;
        var asked = world.Facts.SelectMany(fact => Enumerable.Range(0, fact.Relation.Phrasings.Count).Select(phrasing => (Fact: fact, Phrasing: phrasing))).ToList();
        var right = recall([.. asked.Select(a => (Prompt(a.Fact, a.Phrasing), a.Fact.Object))]);
        _right = asked.Where((_, i) => right[i]).GroupBy(a => a.Fact.Key).ToDictionary(g => g.Key, g => g.Select(a => a.Phrasing).ToArray());
    }

    /// <summary>The world.</summary>
    public AtlasWorld World { get; }

    /// <summary>The phrasings of a fact that the model answers rightly, in ascending order.</summary>
    public IReadOnlyList<int> Of(Fact fact) => _right.GetValueOrDefault(fact.Key) ?? [];

    /// <summary>A fact's prompt in one of its phrasings.</summary>
    public static string Prompt(Fact fact, int phrasing) =>
        fact.Relation.Phrasings[phrasing].Replace("{}", fact.Subject, StringComparison.Ordinal);
}
