namespace Amend.Editing.Codebooks;

/// <summary>What a codebook knows of an entry beside its key and value.</summary>
/// <param name="Radius">ε, the deferral radius: the entry fires for inputs that are no further from its key.</param>
/// <param name="Label">What it answers: the target's token ids, or a classifier's label.</param>
/// <param name="Replacement">The tokens that get its value.</param>
/// <param name="Events">The events that made it what it is, as places in the codebook's history.</param>
public sealed record CodebookEntry(double Radius, IReadOnlyList<int> Label, Replacement Replacement, IReadOnlyList<int> Events);
