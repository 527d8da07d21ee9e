using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;

namespace Amend.Atlas.Suites;

/// <summary>A text of a world that has nothing to do with any one edit: its perplexity shows a collapse. No model is asked.</summary>
internal static class FixedText
{
    private const int Passages = 16;

    /// <summary>Descriptions of subjects from all over the world; a function of world and seed.</summary>
    public static string Of(AtlasWorld world, int seed)
    {
        Fact[] facts = [.. world.Facts];
        StableRandom.For(seed, "fixed text").Shuffle(facts);
        var writer = new PassageWriter(world);
        return string.Join(' ', facts.Take(Passages).Select(fact => writer.Description(fact, StableRandom.For(seed, $"fixed text\t{fact.Key}")).Text)) + "\n";
    }
}
