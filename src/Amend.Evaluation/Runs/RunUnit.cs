namespace Amend.Evaluation.Runs;

/// <summary>Batches of a row that one model must do in their order: one batch where edits are taken back, all where they stay.</summary>
/// <param name="Row">The row.</param>
/// <param name="Batches">Places of the cases of each batch.</param>
internal sealed record RunUnit(RunRow Row, IReadOnlyList<int[]> Batches);
