using Amend.Atlas.Facts;

namespace Amend.Atlas.Tests.Facts;

public sealed class RelationChecksTests
{
    [Fact]
    public void A_relation_without_a_fault_is_read()
    {
        using var world = TempWorld.With("sea", "sea");

        var relation = Assert.Single(world.Load().Relations);

        Assert.Equal(
            ("sea", "island", "ocean", 8, 8),
            (relation.Id, relation.SubjectType, relation.ObjectType, relation.Phrasings.Count, relation.Facts.Count));
        Assert.Equal(["Indian", "Arctic", "Pacific", "Atlántico"], relation.Objects);
        Assert.Equal(new Fact(relation, "Jan Mayen", "Arctic"), relation.Facts[3]);
    }

    [Theory]
    [InlineData("id: sea", "")]
    [InlineData("subject: island", "subject:")]
    [InlineData("object: ocean", "object: \" \"")]
    [InlineData("source: made up for tests", "")]
    public void A_missing_field_is_named(string field, string by)
    {
        Refused(field, by, $"no '{field[..field.IndexOf(':')]}'");
    }

    [Fact]
    public void A_section_without_a_name_is_refused() => Refused("1950: waters", "1950: \" \"", "the section of 1950 has no name");

    [Fact]
    public void A_relation_has_the_section_of_the_latest_year_until_then()
    {
        using var world = TempWorld.With("{ 1950: waters }", "{ 1990: seas, 1950: waters }");
        var relation = world.Load().Relations.Single();

        Assert.Equal(["waters", "waters", "seas", "seas"], ((int[])[1950, 1989, 1990, 2019]).Select(relation.SectionIn));
        Assert.Throws<ArgumentOutOfRangeException>(() => relation.SectionIn(1949));
    }

    [Fact]
    public void A_file_must_be_named_after_its_relation() => Refused("id: sea", "id: lake", "name the file lake.yaml");

    [Fact]
    public void Fewer_than_eight_phrasings_are_refused() => Refused("  - \"{} is washed by the\"\n", "", "7 statements and questions");

    [Fact]
    public void Phrasings_of_one_kind_only_are_refused() => Refused("questions:\n", "", "of both kinds");

    [Fact]
    public void A_phrasing_without_a_place_for_the_subject_is_refused() =>
        Refused("{} is washed by the", "It is washed by the", "'It is washed by the' needs exactly one {}");

    [Fact]
    public void A_phrasing_with_two_places_is_refused() => Refused("{} is washed by the", "{} and {} are in the", "needs exactly one {}");

    [Fact]
    public void A_phrasing_with_a_space_at_its_end_is_refused() =>
        Refused("is washed by the\"", "is washed by the \"", "begins or ends with a space");

    [Fact]
    public void A_phrasing_that_stands_twice_is_refused() => Refused("{} is washed by the", "{} lies in the ocean called", "2 times");

    [Fact]
    public void An_empty_phrasing_is_refused() => Refused("  - \"{} is washed by the\"", "  -", "entry 3 of 'statements' is empty");

    [Fact]
    public void An_empty_clause_is_refused() => Refused("clauses:", "clauses:\n  -", "entry 1 of 'clauses' is empty");

    [Fact]
    public void A_relation_without_clauses_is_refused()
    {
        var start = TempWorld.Sea.IndexOf("clauses:", StringComparison.Ordinal);

        Refused(TempWorld.Sea[start..TempWorld.Sea.IndexOf("facts:", StringComparison.Ordinal)], "", "no 'clauses'");
    }

    [Fact]
    public void A_clause_without_the_object_is_refused() =>
        Refused("an island in the {object}", "an island", "needs {subject} and {object} once each");

    [Fact]
    public void A_clause_with_a_space_at_its_start_is_refused() =>
        Refused("\"{subject} is", "\" {subject} is", "begins or ends with a space");

    [Fact]
    public void A_relation_without_facts_is_refused()
    {
        Refused(TempWorld.Sea[TempWorld.Sea.IndexOf("facts:", StringComparison.Ordinal)..], "facts: \"\"", "no 'facts'");
    }

    [Fact]
    public void A_line_of_facts_without_a_colon_is_refused() =>
        Refused("Pacific: Guam; Tuamotu", "Guam; Tuamotu", "should read 'Object: Subject; Subject'");

    [Fact]
    public void A_line_of_facts_without_an_object_is_refused() =>
        Refused("Pacific: Guam", ": Guam", "should read 'Object: Subject; Subject'");

    [Fact]
    public void An_object_without_subjects_is_refused() => Refused("Pacific: Guam; Tuamotu", "Pacific: ;", "an object but no subject");

    [Theory]
    [InlineData("Guam: the island")]
    [InlineData("Gu{am")]
    [InlineData("Guam}")]
    public void A_name_with_a_sign_of_the_form_is_refused(string name) => Refused("Guam;", name + ";", "in a name");

    [Fact]
    public void A_subject_that_stands_twice_is_refused() => Refused("Guam;", "Svalbard;", "'Svalbard' 2 times");

    private static void Refused(string old, string by, string named)
    {
        using var world = TempWorld.With(old, by);

        var error = Assert.Throws<WorldFormatException>(world.Load);

        Assert.Contains("sea.yaml", error.Message);
        Assert.Contains(named, error.Message);
    }
}
