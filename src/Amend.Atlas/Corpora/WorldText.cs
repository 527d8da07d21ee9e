using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Corpora;

/// <summary>
/// A world's facts as running text, for collecting key statistics and as a reference text: every phrasing of every fact and a
/// description of each, in a drawn order, several on a line.
/// </summary>
public static class WorldText
{
    private const int PassagesALine = 3;

    /// <summary>The lines; the same world and seed give the same lines, each time they are asked for.</summary>
    /// <param name="world">The facts.</param>
    /// <param name="seed">The seed of the order and of the descriptions.</param>
    public static IEnumerable<string> Lines(AtlasWorld world, int seed)
    {
        var writer = new PassageWriter(world);
        (Fact Fact, int Phrasing)[] passages =
        [
            .. from fact in world.Facts
               from phrasing in Enumerable.Range(-1, fact.Relation.Phrasings.Count + 1)
               select (fact, phrasing),
        ];
        StableRandom.For(seed, "world text").Shuffle(passages);
        foreach (var line in passages.Chunk(PassagesALine))
            yield return string.Join(' ', line.Select(p => Text(writer, p.Fact, p.Phrasing, seed)));
    }

    private static string Text(PassageWriter writer, Fact fact, int phrasing, int seed) => phrasing < 0
        ? writer.Description(fact, StableRandom.For(seed, $"world text\t{fact.Key}")).Text
        : PassageWriter.Sentence(fact, phrasing).Text;
}
