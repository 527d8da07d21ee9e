namespace Amend.Atlas.Facts;

/// <summary>The YAML form of a relation, as it stands on disk; see <c>docs/formats/world.md</c>.</summary>
internal sealed class RelationFile
{
    public string? Id { get; set; }

    public string? Subject { get; set; }

    public string? Object { get; set; }

    /// <summary>The years since which the relation's documents stand in a section; may be missing.</summary>
    public Dictionary<int, string?>? Sections { get; set; }

    public string? Source { get; set; }

    public List<string>? Statements { get; set; }

    public List<string>? Questions { get; set; }

    public List<string>? Clauses { get; set; }

    /// <summary>Lines of <c>Object: Subject; Subject; ...</c></summary>
    public string? Facts { get; set; }
}
