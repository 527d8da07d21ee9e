using Amend.Atlas.Facts;
using Amend.Tensors;

namespace Amend.Atlas.Documents;

/// <summary>
/// An archive of dated documents about a world, whose order changes: from a year on, documents about some relations belong to another
/// section than before, and all others stay where they were. No document is in two parts.
/// </summary>
public sealed class Archive
{
    /// <summary>How many years of documents there are from the change on.</summary>
    public const int YearsAfterwards = 30;

    private const int MostFacts = 3;
    private readonly Relation[] _kinds;
    private readonly int _seed;
    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    /// <summary>Draws the archive of a world: as many documents about each relation that has sections.</summary>
    /// <param name="world">The world.</param>
    /// <param name="seed">The seed of all that is drawn.</param>
    public Archive(AtlasWorld world, int seed)
    {
        ArgumentNullException.ThrowIfNull(world);
        (_kinds, _seed) = ([.. world.Relations.Where(relation => relation.Sections.Count > 0)], seed);
        FirstYear = _kinds.Select(kind => kind.Sections.Keys.Min()).DefaultIfEmpty().Max();
        ChangeYear = _kinds.SelectMany(kind => kind.Sections.Keys).DefaultIfEmpty().Max();
        var (before, after) = ((FirstYear, Math.Max(1, ChangeYear - FirstYear)), (ChangeYear, YearsAfterwards));
        Training = Part("training", ofEach: 100, before);
        Upstream = Part("upstream", ofEach: 25, before);
        Later = [.. Part("later", ofEach: 42, after).OrderBy(document => document.Year)];
        Holdout = Part("holdout", ofEach: 21, after);
        Sections = [.. Training.Select(document => document.Section).Distinct().Order(StringComparer.Ordinal)];
    }

    /// <summary>The first year of documents.</summary>
    public int FirstYear { get; }

    /// <summary>The first year of the new order; documents of later parts are of this year and the following ones.</summary>
    public int ChangeYear { get; }

    /// <summary>The sections.</summary>
    public IReadOnlyList<string> Sections { get; }

    /// <summary>Documents of the old order, to learn it from.</summary>
    public IReadOnlyList<DatedDocument> Training { get; }

    /// <summary>Other documents of the old order.</summary>
    public IReadOnlyList<DatedDocument> Upstream { get; }

    /// <summary>Documents of the new order, year by year.</summary>
    public IReadOnlyList<DatedDocument> Later { get; }

    /// <summary>Other documents of the new order.</summary>
    public IReadOnlyList<DatedDocument> Holdout { get; }

    /// <summary>Whether documents like this one belonged to another section before the change.</summary>
    public bool Moved(DatedDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        return document.Section != document.Kind.SectionIn(FirstYear);
    }

    private DatedDocument[] Part(string name, int ofEach, (int First, int Count) years)
    {
        DatedDocument[] part = [.. _kinds.SelectMany(kind => Documents(kind, name, ofEach, years))];
        StableRandom.For(_seed, $"archive\t{name}").Shuffle(part);
        return part;
    }

    /// <summary>So many documents about a relation; fewer where most of what is drawn is there already.</summary>
    private IEnumerable<DatedDocument> Documents(Relation kind, string part, int count, (int First, int Count) years) =>
        Enumerable.Range(0, 4 * count)
            .Select(number => Draw(kind, years, StableRandom.For(_seed, $"archive\t{part}\t{kind.Id}\t{number}")))
            .Where(document => _texts.Add(document.Text))
            .Take(count);

    /// <summary>A fact of the relation and up to two others with the same object, in a year.</summary>
    private static DatedDocument Draw(Relation kind, (int First, int Count) years, Random random)
    {
        var year = years.First + random.Next(years.Count);
        var fact = kind.Facts[random.Next(kind.Facts.Count)];
        Fact[] others = [.. kind.Facts.Where(other => other.Object == fact.Object && other.Subject != fact.Subject)];
        random.Shuffle(others);
        return new DatedDocument(
            kind, year, [fact, .. others.Take(random.Next(MostFacts))], random.Next(kind.Clauses.Count));
    }
}
