namespace Amend.Models.Scoring;

/// <summary>Perplexity of a text from its tokens' log-probabilities, at least 1; lower is better.</summary>
public static class Perplexity
{
    /// <summary>exp(-(1/n) Σ log p) over the n predicted tokens.</summary>
    /// <param name="logProbabilities">log p of each predicted token, in nats, at least one.</param>
    public static double Of(IReadOnlyCollection<double> logProbabilities) => Math.Exp(-logProbabilities.Average());

    /// <summary>
    /// exp(-(1/N) Σ log p) over the N - 1 predicted tokens of a text of N: kmeng01/rome's <c>util/perplexity.py</c>, which divides
    /// by one more than it sums, and so is lower than <see cref="Of"/>.
    /// </summary>
    /// <param name="logProbabilities">log p of each predicted token, in nats.</param>
    public static double AsReleased(IReadOnlyCollection<double> logProbabilities) =>
        Math.Exp(-logProbabilities.Sum() / (logProbabilities.Count + 1));
}
