using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Evaluation.Cases;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// Reference texts of a world: descriptions of the subjects of each relation and object, as training shows them. No model is asked.
/// </summary>
internal sealed class SnippetSuite
{
    private const int MostTexts = 10;
    private const int Tries = 20;
    private readonly AtlasWorld _world;
    private readonly PassageWriter _writer;
    private readonly int _seed;

    public SnippetSuite(AtlasWorld world, int seed)
    {
        _world = world;
        _writer = new PassageWriter(world);
        _seed = seed;
    }

    /// <summary>A group for each relation and object, in the world's order; a function of world and seed.</summary>
    public IEnumerable<AttributeSnippetGroup> Groups() =>
        from relation in _world.Relations
        from facts in relation.Facts.GroupBy(fact => fact.Object)
        select new AttributeSnippetGroup { RelationId = relation.Id, TargetId = facts.Key, Samples = Snippets([.. facts]) };

    /// <summary>One text of each subject first, then further ones of them; a text that is there already is left out.</summary>
    private List<AttributeSnippet> Snippets(Fact[] facts)
    {
        StableRandom.For(_seed, $"snippets\t{facts[0].Relation.Id}\t{facts[0].Object}").Shuffle(facts);
        var drawn =
            from round in Enumerable.Range(0, Tries)
            from fact in facts
            select new AttributeSnippet
            {
                Target = fact.Object,
                Name = fact.Subject,
                Text = _writer.Description(fact, StableRandom.For(_seed, $"snippet {round}\t{fact.Key}")).Text,
            };
        return [.. drawn.DistinctBy(snippet => snippet.Text).Take(MostTexts)];
    }
}
