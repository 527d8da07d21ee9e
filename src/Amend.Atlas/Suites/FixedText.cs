using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// A text of a world that a suite's edits have nothing to do with: its perplexity shows what they break, and not that they were made.
/// No model is asked.
/// </summary>
internal static class FixedText
{
    private const int Passages = 32;

    /// <summary>
    /// Descriptions of subjects from all over the world that name nothing that is edited; a function of world, seed and subjects.
    /// </summary>
    /// <param name="world">The facts.</param>
    /// <param name="seed">The seed of the draw.</param>
    /// <param name="edited">The subjects that records edit.</param>
    public static string Of(AtlasWorld world, int seed, IEnumerable<string> edited)
    {
        string[] subjects = [.. edited.Distinct()];
        Fact[] facts = [.. world.Facts];
        StableRandom.For(seed, "fixed text").Shuffle(facts);
        var writer = new PassageWriter(world);
        var passages = facts
            .Select(fact => writer.Description(fact, StableRandom.For(seed, $"fixed text\t{fact.Key}")).Text)
            .Where(text => !subjects.Any(subject => text.Contains(subject, StringComparison.Ordinal)));
        return string.Join(' ', passages.Take(Passages)) + "\n";
    }
}
