namespace Amend.Evaluation.Metrics;

/// <summary>What a model says to one CounterFact record's prompts.</summary>
/// <param name="Rewrite">After the edited prompt.</param>
/// <param name="Paraphrase">After each paraphrase prompt, in the record's order.</param>
/// <param name="Neighborhood">After each neighborhood prompt, in the record's order.</param>
public sealed record CounterFactMeasurement(
    NllPair Rewrite,
    IReadOnlyList<NllPair> Paraphrase,
    IReadOnlyList<NllPair> Neighborhood);
