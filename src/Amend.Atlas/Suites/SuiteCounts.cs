namespace Amend.Atlas.Suites;

/// <summary>How much was written.</summary>
/// <param name="CounterFact">Records in CounterFact's form.</param>
/// <param name="Known">Facts that the model knows.</param>
/// <param name="Snippets">Reference texts.</param>
public sealed record SuiteCounts(int CounterFact, int Known, int Snippets);
