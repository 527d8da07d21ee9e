using Amend.Atlas.Corpora;
using Amend.Atlas.Facts;

namespace Amend.Atlas.Documents;

/// <summary>A document of an archive: the year in which it was filed, and some facts of one relation.</summary>
/// <param name="Kind">The relation; with the year it says where the document belongs.</param>
/// <param name="Year">When it was filed.</param>
/// <param name="Facts">What it tells, a sentence each.</param>
/// <param name="Wording">The clause that its first sentence is in; the next sentence is in the next clause.</param>
public sealed record DatedDocument(Relation Kind, int Year, IReadOnlyList<Fact> Facts, int Wording)
{
    /// <summary>Where it belongs.</summary>
    public string Section => Kind.SectionIn(Year);

    /// <summary>The document as it stands in the archive.</summary>
    public string Text => Told(0);

    /// <summary>The same year and facts in other clauses.</summary>
    /// <param name="wording">0 for the text itself; up to the number of the relation's clauses, each number gives another one.</param>
    public string Told(int wording) => string.Join(
        ". ", Facts.Select((fact, place) => Sentence(fact, Wording + wording + place)).Prepend($"Filed in {Year}")) + ".";

    private static string Sentence(Fact fact, int wording) =>
        PassageWriter.Clause(fact, wording % fact.Relation.Clauses.Count, capitalise: true).Text;
}
