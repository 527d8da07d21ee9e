namespace Amend.Atlas.Facts;

/// <summary>One triple of the world: ⟨subject, relation, object⟩.</summary>
/// <param name="Relation">The relation.</param>
/// <param name="Subject">The subject, as it stands in text.</param>
/// <param name="Object">The object, as it stands in text.</param>
public sealed record Fact(Relation Relation, string Subject, string Object)
{
    /// <summary>A stable name of the fact, from which everything that is drawn for it is derived.</summary>
    public string Key => $"{Relation.Id}\t{Subject}";

    /// <inheritdoc/>
    public override string ToString() => $"⟨{Subject}, {Relation.Id}, {Object}⟩";
}
