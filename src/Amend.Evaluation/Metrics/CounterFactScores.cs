namespace Amend.Evaluation.Metrics;

/// <summary>
/// CounterFact's figures over records, in per cent, as the authors compute them (Meng et al. 2022, section 3.4; kmeng01/rome,
/// <c>experiments/summarize.py</c>). NLL is the mean negative log-probability a token; each figure is a mean over the record's
/// prompts, then over the records. A record without prompts of a kind does not count in that kind's figures.
/// </summary>
public sealed record CounterFactScores
{
    /// <summary>ES, efficacy: share of rewrite prompts with NLL(new) &lt; NLL(true); higher is better.</summary>
    public required Estimate Efficacy { get; init; }

    /// <summary>EM: mean of exp(-NLL(new)) - exp(-NLL(true)) on rewrite prompts; higher is better.</summary>
    public required Estimate EfficacyMagnitude { get; init; }

    /// <summary>PS, generalization: the same share on paraphrase prompts; higher is better.</summary>
    public required Estimate Paraphrase { get; init; }

    /// <summary>PM: the same mean on paraphrase prompts; higher is better.</summary>
    public required Estimate ParaphraseMagnitude { get; init; }

    /// <summary>NS, locality: share of neighborhood prompts with NLL(true) &lt; NLL(new); higher is better.</summary>
    public required Estimate Neighborhood { get; init; }

    /// <summary>NM: mean of exp(-NLL(true)) - exp(-NLL(new)) on neighborhood prompts; higher is better.</summary>
    public required Estimate NeighborhoodMagnitude { get; init; }

    /// <summary>S, the edit score: the harmonic mean of ES, PS and NS; 0 where one of them is 0.</summary>
    public double EditScore => HarmonicMean.Of(Efficacy.Mean, Paraphrase.Mean, Neighborhood.Mean);

    /// <summary>Computes the figures.</summary>
    /// <param name="records">One measurement a record, at least one.</param>
    /// <exception cref="ArgumentException">There is no record.</exception>
    public static CounterFactScores Of(IReadOnlyList<CounterFactMeasurement> records)
    {
        if (records.Count == 0)
            throw new ArgumentException("Figures over 0 records were asked; give at least one measurement.", nameof(records));
        return new CounterFactScores
        {
            Efficacy = Mean(records, r => [r.Rewrite], PrefersNew),
            EfficacyMagnitude = Mean(records, r => [r.Rewrite], TowardsNew),
            Paraphrase = Mean(records, r => r.Paraphrase, PrefersNew),
            ParaphraseMagnitude = Mean(records, r => r.Paraphrase, TowardsNew),
            Neighborhood = Mean(records, r => r.Neighborhood, PrefersTrue),
            NeighborhoodMagnitude = Mean(records, r => r.Neighborhood, TowardsTrue),
        };
    }

    private static double PrefersNew(NllPair nll) => CandidateComparison.Success(nll.TargetNew, nll.TargetTrue);

    private static double PrefersTrue(NllPair nll) => CandidateComparison.Success(nll.TargetTrue, nll.TargetNew);

    private static double TowardsNew(NllPair nll) => CandidateComparison.Magnitude(nll.TargetNew, nll.TargetTrue);

    private static double TowardsTrue(NllPair nll) => CandidateComparison.Magnitude(nll.TargetTrue, nll.TargetNew);

    private static Estimate Mean(
        IReadOnlyList<CounterFactMeasurement> records, Func<CounterFactMeasurement, IReadOnlyList<NllPair>> prompts, Func<NllPair, double> figure) =>
        Estimate.OfShares([.. records.Select(prompts).Where(p => p.Count > 0).Select(p => p.Average(figure))]);
}
