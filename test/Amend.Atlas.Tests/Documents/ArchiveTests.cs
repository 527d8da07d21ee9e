using Amend.Atlas.Documents;
using Amend.Atlas.Facts;

namespace Amend.Atlas.Tests.Documents;

public sealed class ArchiveTests
{
    private static readonly AtlasWorld World = AtlasWorld.LoadEmbedded();
    private readonly Archive _archive = new(World, seed: 1);

    [Fact]
    public void Documents_to_learn_from_are_of_the_years_before_the_change_and_later_ones_of_it_and_after()
    {
        Assert.Equal((1950, 1990), (_archive.FirstYear, _archive.ChangeYear));
        Assert.All([.. _archive.Training, .. _archive.Upstream], document => Assert.InRange(document.Year, 1950, 1989));
        Assert.All([.. _archive.Later, .. _archive.Holdout], document => Assert.InRange(document.Year, 1990, 2019));
        Assert.Equal(_archive.Later.Select(document => document.Year).Order(), _archive.Later.Select(document => document.Year));
    }

    [Fact]
    public void The_change_moves_nearly_half_of_the_kinds_into_sections_that_were_there_before()
    {
        var moved = _archive.Later.Where(_archive.Moved).ToList();

        Assert.Equal(0.46, (double)moved.Count / _archive.Later.Count, 0.05);
        Assert.All(_archive.Later, document => Assert.Contains(document.Section, _archive.Sections));
        Assert.All(moved, document => Assert.NotEqual(document.Kind.SectionIn(1989), document.Section));
        Assert.DoesNotContain(_archive.Training, _archive.Moved);
    }

    [Fact]
    public void A_label_follows_from_kind_and_year_alone_and_no_document_is_in_two_parts()
    {
        DatedDocument[] all = [.. _archive.Training, .. _archive.Upstream, .. _archive.Later, .. _archive.Holdout];

        Assert.Equal(all.Length, all.Select(document => document.Text).Distinct().Count());
        Assert.All(all.GroupBy(document => (document.Kind.Id, document.Year < 1990)), group =>
            Assert.Single(group.Select(document => document.Section).Distinct()));
        Assert.Equal(1000, _archive.Later.Count, tolerance: 10);
        Assert.All(_archive.Training.CountBy(document => document.Kind.Id), kind => Assert.Equal(100, kind.Value));
    }

    [Fact]
    public void A_document_says_its_year_and_tells_facts_with_one_object_in_different_clauses()
    {
        Assert.All(_archive.Later, document =>
        {
            Assert.StartsWith($"Filed in {document.Year}. ", document.Text);
            Assert.Single(document.Facts.Select(fact => fact.Object).Distinct());
            Assert.InRange(document.Facts.Count, 1, 3);
            Assert.All(document.Facts, fact => Assert.Contains(fact.Subject, document.Text, StringComparison.OrdinalIgnoreCase));
            Assert.Equal(3, ((string[])[document.Text, document.Told(1), document.Told(2)]).Distinct().Count());
        });
    }

    [Fact]
    public void The_seed_decides_everything()
    {
        static string Texts(Archive archive) => string.Join('\n', archive.Later.Select(document => document.Text));

        Assert.Equal(Texts(_archive), Texts(new Archive(World, 1)));
        Assert.NotEqual(Texts(_archive), Texts(new Archive(World, 2)));
    }
}
