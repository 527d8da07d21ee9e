using Amend.Atlas.Corpora;

namespace Amend.Atlas.Tests.Corpora;

public sealed class WorldTextTests
{
    [Fact]
    public void Every_sentence_of_the_world_stands_in_its_text_once()
    {
        using var folder = TempWorld.Whole();
        var world = folder.Load();

        var text = string.Join(' ', WorldText.Lines(world, seed: 1));

        Assert.All(world.Facts, fact => Assert.All(Enumerable.Range(0, fact.Relation.Phrasings.Count), phrasing =>
            Assert.Equal(2, text.Split(PassageWriter.Sentence(fact, phrasing).Text).Length)));
    }

    [Fact]
    public void The_text_of_a_seed_is_the_same_each_time()
    {
        using var folder = TempWorld.Whole();
        var world = folder.Load();
        var lines = WorldText.Lines(world, seed: 1);

        Assert.Equal(lines.ToArray(), lines.ToArray());
        Assert.NotEqual(lines.ToArray(), WorldText.Lines(world, seed: 2).ToArray());
    }
}
