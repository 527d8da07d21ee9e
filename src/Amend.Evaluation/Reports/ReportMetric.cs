using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Reports;

/// <summary>A column of a report: what a metric is, for those who read its figures.</summary>
public sealed record ReportMetric
{
    /// <summary>The metric's name, such as <c>cf.es</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What tables call it: the papers' short name where there is one, else the id.</summary>
    public required string Heading { get; init; }

    /// <summary>What is counted on what.</summary>
    public required string Definition { get; init; }

    /// <summary>How the answer is got.</summary>
    public required Decoding Decoding { get; init; }

    /// <summary>The unit; empty where there is none.</summary>
    public required string Unit { get; init; }

    /// <summary>The least value possible.</summary>
    public required double Low { get; init; }

    /// <summary>The largest value possible; not a finite number where there is no bound.</summary>
    public required double High { get; init; }

    /// <summary>Which way it is better.</summary>
    public required MetricDirection Direction { get; init; }

    /// <summary>How cases become one figure, and what its interval is.</summary>
    public required MetricAggregation Aggregation { get; init; }

    /// <summary>Ids of the metrics whose figures it joins; empty for a metric with a value a case.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>Where it is defined.</summary>
    public required string Paper { get; init; }

    /// <summary>The column of a metric.</summary>
    public static ReportMetric Of(IMetric metric) => new()
    {
        Id = metric.Info.Id,
        Heading = PaperLayout.HeadingOf(metric.Info.Id),
        Definition = metric.Info.Title,
        Decoding = metric.Info.Decoding,
        Unit = metric.Info.Unit,
        Low = metric.Info.Low,
        High = metric.Info.High,
        Direction = metric.Info.Direction,
        Aggregation = metric.Info.Aggregation,
        Parts = metric is JoinedMetric joined ? [.. joined.Parts.Select(part => part.Info.Id)] : [],
        Paper = metric.Info.Paper,
    };

    /// <summary>Whether the first figure is better than the second; never, where one is no number.</summary>
    public bool IsBetter(double first, double second) => Direction == MetricDirection.HigherIsBetter ? first > second : first < second;
}
