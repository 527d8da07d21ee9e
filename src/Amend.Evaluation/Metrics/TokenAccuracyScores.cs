namespace Amend.Evaluation.Metrics;

/// <summary>
/// zsRE's figures over records, in per cent, as kmeng01/rome computes them (<c>eval_utils_zsre.py</c>, <c>summarize.py</c>): the
/// share of target tokens that are the likeliest at their place, over the record's tokens, then over the records. Teacher-forced:
/// the figure is above what free generation gives. A record without tokens of a kind does not count in that kind's figure.
/// </summary>
public sealed record TokenAccuracyScores
{
    /// <summary>Efficacy: on the edited prompt, 0 to 100; higher is better.</summary>
    public required Estimate Efficacy { get; init; }

    /// <summary>Paraphrase: on other ways to ask, 0 to 100; higher is better.</summary>
    public required Estimate Paraphrase { get; init; }

    /// <summary>Specificity: against the gold answer of other questions, 0 to 100; an unedited model is far below 100.</summary>
    public required Estimate Specificity { get; init; }

    /// <summary>The harmonic mean of the three, 0 to 100; 0 where one of them is 0.</summary>
    public double EditScore => HarmonicMean.Of(Efficacy.Mean, Paraphrase.Mean, Specificity.Mean);

    /// <summary>Computes the figures.</summary>
    /// <param name="records">One measurement a record, at least one.</param>
    /// <exception cref="ArgumentException">There is no record.</exception>
    public static TokenAccuracyScores Of(IReadOnlyList<TokenAccuracyMeasurement> records)
    {
        if (records.Count == 0)
            throw new ArgumentException($"Figures over {records.Count} records were asked; give at least one measurement.", nameof(records));
        return new TokenAccuracyScores
        {
            Efficacy = Mean(records.Select(r => r.Rewrite)),
            Paraphrase = Mean(records.Select(r => r.Paraphrase)),
            Specificity = Mean(records.Select(r => r.Neighborhood)),
        };
    }

    private static Estimate Mean(IEnumerable<IReadOnlyList<bool>> records) =>
        Estimate.OfShares([.. records.Where(hits => hits.Count > 0).Select(hits => hits.Average(hit => hit ? 1.0 : 0.0))]);
}
