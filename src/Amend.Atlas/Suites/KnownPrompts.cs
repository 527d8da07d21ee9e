using Amend.Atlas.Facts;

namespace Amend.Atlas.Suites;

/// <summary>Which phrasings of which facts of a world a model answers rightly; asked once for all suites.</summary>
internal sealed class KnownPrompts
{
    private readonly Dictionary<string, int[]> _right;

    public KnownPrompts(AtlasWorld world, Recall recall)
    {
        World = world;
        (Fact Fact, int Phrasing)[] asked =
        [
            .. from fact in world.Facts
               from phrasing in Enumerable.Range(0, fact.Relation.Phrasings.Count)
               select (fact, phrasing),
        ];
        var right = recall([.. asked.Select(a => (Prompt(a.Fact, a.Phrasing), a.Fact.Object))]);
        _right = asked.Where((_, i) => right[i])
            .GroupBy(a => a.Fact.Key)
            .ToDictionary(g => g.Key, g => g.Select(a => a.Phrasing).ToArray());
    }

    /// <summary>The world.</summary>
    public AtlasWorld World { get; }

    /// <summary>The phrasings of a fact that the model answers rightly, in ascending order.</summary>
    public IReadOnlyList<int> Of(Fact fact) => _right.GetValueOrDefault(fact.Key) ?? [];

    /// <summary>A fact's prompt in one of its phrasings.</summary>
    public static string Prompt(Fact fact, int phrasing) =>
        fact.Relation.Phrasings[phrasing].Replace("{}", fact.Subject, StringComparison.Ordinal);
}

/// <summary>Tells for each (prompt, object) whether the model's greedy answer to the prompt is exactly the object.</summary>
internal delegate bool[] Recall(IReadOnlyList<(string Prompt, string Object)> questions);
