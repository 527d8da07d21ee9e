namespace Amend.Tracing.Studies;

/// <summary>A fact of a study.</summary>
/// <param name="Id">Its id, which names its file: letters, digits, dots, hyphens and underscores.</param>
/// <param name="Fact">The fact, with its answer.</param>
public sealed record StudyFact(string Id, TraceFact Fact);
