using Amend.Atlas.Facts;

namespace Amend.Atlas.Tests.Facts;

public sealed class AtlasWorldTests
{
    private static readonly AtlasWorld Embedded = AtlasWorld.LoadEmbedded();

    [Fact]
    public void The_embedded_world_has_thousands_of_facts_over_many_relations()
    {
        Assert.True(Embedded.Facts.Count >= 3000, $"{Embedded.Facts.Count} facts");
        Assert.True(Embedded.Relations.Count >= 18, $"{Embedded.Relations.Count} relations");
        Assert.All(Embedded.Relations, r => Assert.True(r.Phrasings.Count >= 8, $"{r.Id} has {r.Phrasings.Count} phrasings"));
    }

    [Fact]
    public void No_subject_of_the_embedded_world_stands_twice_in_a_relation() =>
        Assert.All(Embedded.Relations, r => Assert.Equal(r.Facts.Count, r.Facts.Select(f => f.Subject).Distinct().Count()));

    [Fact]
    public void No_object_of_the_embedded_world_begins_another_of_its_relation() =>
        Assert.All(
            Embedded.Relations,
            r => Assert.DoesNotContain(
                r.Objects, o => r.Objects.Any(other => other != o && other.StartsWith(o, StringComparison.Ordinal))));

    [Fact]
    public void Relations_come_in_the_order_of_their_names()
    {
        using var world = TempWorld.Whole();

        Assert.Equal(["mythology", "sea"], world.Load().Relations.Select(r => r.Id));
        Assert.Equal(14, world.Load().Facts.Count);
    }

    [Fact]
    public void A_missing_folder_is_refused() =>
        Assert.Contains("/no/such/world", Assert.Throws<WorldFormatException>(() => AtlasWorld.Load("/no/such/world")).Message);

    [Fact]
    public void A_folder_without_relations_is_refused()
    {
        using var world = new TempWorld();

        Assert.Contains("holds no .yaml file", Assert.Throws<WorldFormatException>(world.Load).Message);
    }

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("id: [sea", "line")]
    [InlineData("id: sea\ncolour: blue", "line 2")]
    [InlineData("id: sea\nstatements: none", "line 2")]
    public void A_file_that_is_no_relation_is_refused_with_its_place(string yaml, string named)
    {
        using var world = new TempWorld();
        world.Write("sea.yaml", yaml);

        var error = Assert.Throws<WorldFormatException>(world.Load);

        Assert.Contains("sea.yaml", error.Message);
        Assert.Contains(named, error.Message);
    }
}
