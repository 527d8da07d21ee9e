namespace Amend.Atlas.Facts;

/// <summary>A relation of the world with its phrasings and facts; one file each.</summary>
public sealed class Relation
{
    private Relation(RelationFile file, IReadOnlyList<(string Subject, string Object)> pairs)
    {
        Id = file.Id!;
        SubjectType = file.Subject!;
        ObjectType = file.Object!;
        Sections = new SortedDictionary<int, string>(file.Sections?.ToDictionary(pair => pair.Key, pair => pair.Value!) ?? []);
        Source = file.Source!;
        Statements = file.Statements!;
        Clauses = file.Clauses!;
        Phrasings = [.. file.Statements!, .. file.Questions!];
        Facts = [.. pairs.Select(pair => new Fact(this, pair.Subject, pair.Object))];
        Objects = [.. Facts.Select(f => f.Object).Distinct()];
    }

    /// <summary>The relation's name, such as <c>capital</c>.</summary>
    public string Id { get; }

    /// <summary>The type of the subjects, such as <c>country</c>.</summary>
    public string SubjectType { get; }

    /// <summary>The type of the objects, such as <c>city</c>.</summary>
    public string ObjectType { get; }

    /// <summary>
    /// The sections in which an archive keeps documents about the relation, each by the year since which it does; of a relation without
    /// any there are no documents.
    /// </summary>
    public IReadOnlyDictionary<int, string> Sections { get; }

    /// <summary>Where the facts come from.</summary>
    public string Source { get; }

    /// <summary>Statements with <c>{}</c> for the subject; the object follows.</summary>
    public IReadOnlyList<string> Statements { get; }

    /// <summary>Statements, then questions: every way to ask, with <c>{}</c> for the subject; the object follows.</summary>
    public IReadOnlyList<string> Phrasings { get; }

    /// <summary>Whole clauses with <c>{subject}</c> and <c>{object}</c>, for running text.</summary>
    public IReadOnlyList<string> Clauses { get; }

    /// <summary>The facts, each subject once.</summary>
    public IReadOnlyList<Fact> Facts { get; }

    /// <summary>The different objects, in the order of the file.</summary>
    public IReadOnlyList<string> Objects { get; }

    /// <summary>The section of a document about the relation.</summary>
    /// <param name="year">The document's year.</param>
    /// <exception cref="ArgumentOutOfRangeException">The relation has no section so early.</exception>
    public string SectionIn(int year) => Sections.LastOrDefault(section => section.Key <= year).Value
        ?? throw new ArgumentOutOfRangeException(nameof(year), year, $"'{Id}' has no section in that year.");

    /// <summary>Reads a relation's file.</summary>
    /// <exception cref="WorldFormatException">The file breaks the form; the message names what and where.</exception>
    internal static Relation Create(RelationFile file, string path) => new(file, RelationChecks.Pairs(file, path));
}
