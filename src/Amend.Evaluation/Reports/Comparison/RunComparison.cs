using Amend.Evaluation.Metrics;
using Amend.Evaluation.Protocols;
using Amend.Tensors;

namespace Amend.Evaluation.Reports.Comparison;

/// <summary>
/// Two runs over the same data set, case by case: the difference of two figures over the same cases, with a percentile bootstrap
/// over the pairs of cases (Efron 1979). Pairing takes out how hard the cases are, so that intervals are narrower than those of
/// the single figures.
/// </summary>
public sealed class RunComparison
{
    private readonly EvalReport _a;
    private readonly EvalReport _b;

    /// <summary>Creates a comparison.</summary>
    /// <param name="a">The first run, with its cases.</param>
    /// <param name="b">The second run, with its cases.</param>
    /// <exception cref="AmendException">The runs are of different data sets.</exception>
    public RunComparison(EvalReport a, EvalReport b)
    {
        if (a.Run.SuiteHash != b.Run.SuiteHash)
            throw new AmendException(
                $"The runs are of different data: '{a.Suite}' with the hash {Short(a)} and '{b.Suite}' with the hash {Short(b)}; "
                + "compare runs over one data set.");
        (_a, _b) = (a, b);
    }

    /// <summary>Compares rows at each moment that both have.</summary>
    /// <param name="rowA">A row of the first run; null for all rows of the same name in both.</param>
    /// <param name="rowB">A row of the second run; null for the name of <paramref name="rowA"/>.</param>
    /// <param name="seed">The seed of the bootstrap.</param>
    /// <exception cref="AmendException">A run has no such row, or the rows have no case in common.</exception>
    public IReadOnlyList<RowComparison> Compare(string? rowA = null, string? rowB = null, int seed = 0)
    {
        var names = rowA is null ? Common() : [(Existing(_a, rowA, "first"), Existing(_b, rowB ?? rowA, "second"))];
        RowComparison[] compared =
        [
            .. from name in names
               from when in _a.Moments.Intersect(_b.Moments)
               let rows = Compare(name.A, name.B, when, seed)
               where rows.Paired > 0
               select rows,
        ];
        return compared.Length > 0
            ? compared
            : throw new AmendException(
                "The runs have no case in common in "
                + $"{string.Join(", ", names.Select(name => name.A == name.B ? name.A : $"{name.A} and {name.B}"))} at one moment; "
                + "run them over the same cases.");
    }

    private static string Short(EvalReport report) => report.Run.SuiteHash[..Math.Min(12, report.Run.SuiteHash.Length)];

    private static string Existing(EvalReport report, string name, string which) => Names(report).Contains(name)
        ? name
        : throw new AmendException($"The {which} run has no row '{name}'; it has {string.Join(", ", Names(report))}.");

    private static IEnumerable<string> Names(EvalReport report) => report.Rows.Select(row => row.Editor).Distinct();

    private (string A, string B)[] Common()
    {
        (string A, string B)[] common = [.. Names(_a).Intersect(Names(_b)).Select(name => (name, name))];
        return common.Length > 0
            ? common
            : throw new AmendException(
                $"The runs have no row of the same name ({string.Join(", ", Names(_a))} and {string.Join(", ", Names(_b))}); "
                + "name two with --row A --row B.");
    }

    private RowComparison Compare(string rowA, string rowB, Moment when, int seed)
    {
        var (a, b) = (Lines(_a, rowA, when), Lines(_b, rowB, when));
        (CaseLine A, CaseLine B)[] pairs = [.. a.Values.Where(line => b.ContainsKey(line.CaseId)).Select(line => (line, b[line.CaseId]))];
        var metrics = pairs.Length == 0 ? [] : _a.Metrics.Where(IsInBoth).Select(metric => Difference(metric, pairs, seed));
        return new RowComparison(rowA, rowB, when, a.Count, b.Count, pairs.Length, [.. metrics]);
    }

    private static Dictionary<string, CaseLine> Lines(EvalReport report, string row, Moment when)
    {
        var lines = new Dictionary<string, CaseLine>();
        foreach (var line in report.CaseLines.Where(line => line.Editor == row && line.When == when))
            lines.TryAdd(line.CaseId, line);
        return lines;
    }

    private bool IsInBoth(ReportMetric metric) =>
        _b.Metrics.Any(other => other.Id == metric.Id)
            && PartsOf(metric).All(part => _a.CaseMetrics.Contains(part) && _b.CaseMetrics.Contains(part));

    private static IReadOnlyList<string> PartsOf(ReportMetric metric) => metric.Parts.Count > 0 ? metric.Parts : [metric.Id];

    private static MetricDifference Difference(ReportMetric metric, (CaseLine A, CaseLine B)[] pairs, int seed)
    {
        var parts = PartsOf(metric).Select(part => pairs.Select(pair => (A: pair.A.ValueOf(part), B: pair.B.ValueOf(part)))
            .Select(pair => pair is { A: { } a, B: { } b } ? ((double A, double B)?)(a, b) : null).ToArray()).ToArray();
        var all = Enumerable.Range(0, pairs.Length).ToArray();
        var (first, second) = Figures(parts, all, metric.Aggregation);
        var (low, high) = Bootstrap.Interval(pairs.Length, drawn => Difference(Figures(parts, drawn, metric.Aggregation)), seed);
        return new MetricDifference(metric.Id, first, second, second - first, low, high,
            all.Count(at => JoinedMetric.Counts(parts.Select(part => part[at] is not null), metric.Aggregation)));
    }

    private static double Difference((double A, double B) figures) => figures.B - figures.A;

    /// <summary>The figure of each side over some pairs; a pair counts in a part where both sides have its value.</summary>
    private static (double A, double B) Figures((double A, double B)?[][] parts, int[] drawn, MetricAggregation aggregation)
    {
        var (a, b) = (new double[parts.Length], new double[parts.Length]);
        for (var part = 0; part < parts.Length; part++)
        {
            var count = 0;
            foreach (var at in drawn)
            {
                if (parts[part][at] is not { } pair)
                    continue;
                a[part] += pair.A;
                b[part] += pair.B;
                count++;
            }

            (a[part], b[part]) = (a[part] / count, b[part] / count);
        }

        return parts.Length == 1 ? (a[0], b[0]) : (JoinedMetric.Join(a, aggregation), JoinedMetric.Join(b, aggregation));
    }
}

/// <summary>Two rows at one moment.</summary>
/// <param name="RowA">The name of the first row.</param>
/// <param name="RowB">The name of the second row.</param>
/// <param name="When">When both were measured.</param>
/// <param name="CasesA">Cases of the first row.</param>
/// <param name="CasesB">Cases of the second row.</param>
/// <param name="Paired">Cases that both have.</param>
/// <param name="Metrics">The metrics that both have, in the order of the first run.</param>
public sealed record RowComparison(string RowA, string RowB, Moment When,
    int CasesA, int CasesB, int Paired, IReadOnlyList<MetricDifference> Metrics);

/// <summary>A metric in two rows, over the cases that both have.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="A">The figure of the first.</param>
/// <param name="B">The figure of the second.</param>
/// <param name="Difference">B - A.</param>
/// <param name="Low">The lower end of the difference's 95 % interval, by bootstrap over the pairs of cases.</param>
/// <param name="High">Its upper end.</param>
/// <param name="Pairs">The cases in which both have a value.</param>
public sealed record MetricDifference(string Metric, double A, double B, double Difference, double Low, double High, int Pairs);
