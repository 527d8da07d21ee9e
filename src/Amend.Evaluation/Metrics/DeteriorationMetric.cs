using Amend.Evaluation.Cases;

namespace Amend.Evaluation.Metrics;

/// <summary>
/// Performance deterioration on texts to retain: 1 - accuracy after / accuracy before, in per cent, below 0 where the edit made the
/// model better. Over cases it is that of the mean accuracies, with an interval by bootstrap.
/// </summary>
public sealed class DeteriorationMetric : IMetric
{
    private const double Percent = 100;

    /// <summary>Creates the metric.</summary>
    /// <param name="info">What it is.</param>
    public DeteriorationMetric(MetricInfo info) => Info = info;

    /// <inheritdoc/>
    public MetricInfo Info { get; }

    /// <inheritdoc/>
    public double? ValueOf(CaseMeasurement measured) =>
        Accuracies(measured) is { } one && one.Before > 0 ? Lost(one.Before, one.After) : null;

    /// <inheritdoc/>
    public MetricFigure Over(IReadOnlyList<CaseMeasurement> measured, int seed)
    {
        (double Before, double After)[] all = [.. measured.Select(Accuracies).OfType<(double, double)>()];
        double Figure(IEnumerable<int> cases)
        {
            var (before, after) = (0.0, 0.0);
            foreach (var i in cases)
                (before, after) = (before + all[i].Before, after + all[i].After);
            return before > 0 ? Lost(before, after) : double.NaN;
        }

        if (all.Length == 0)
            return MetricFigure.MeanOf([]);
        var (low, high) = Bootstrap.Interval(all.Length, Figure, seed);
        return new MetricFigure(Figure(Enumerable.Range(0, all.Length)), low, high, all.Length) { Interval = IntervalKind.Bootstrap };
    }

    private static double Lost(double before, double after) => Percent * (1 - after / before);

    private static (double Before, double After)? Accuracies(CaseMeasurement measured) =>
        measured is { Role: CaseRole.Edited, Before: { } before } && Accuracy(before) is { } was && Accuracy(measured.Now) is { } isNow
            ? (was, isNow)
            : null;

    private static double? Accuracy(CaseAnswers answers) => answers.Of(PromptKind.Neighborhood)
        .Where(answer => answer.Wanted.Label is not null)
        .Average(answer => answer.Wanted.Score.IsGreedy ? 1.0 : (double?)0);
}
