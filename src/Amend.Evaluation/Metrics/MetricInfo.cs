namespace Amend.Evaluation.Metrics;

/// <summary>What a metric is: everything that a reader of its figure has to know.</summary>
public sealed record MetricInfo
{
    /// <summary>The name in reports, such as <c>cf.es</c>.</summary>
    public required string Id { get; init; }

    /// <summary>One line for a table's head: what is counted on what.</summary>
    public required string Title { get; init; }

    /// <summary>Where it is defined: the paper, and the code that it follows.</summary>
    public required string Paper { get; init; }

    /// <summary>The unit of its values; per cent by default.</summary>
    public string Unit { get; init; } = "%";

    /// <summary>The least value possible; 0 by default.</summary>
    public double Low { get; init; }

    /// <summary>The largest value possible; 100 by default.</summary>
    public double High { get; init; } = 100;

    /// <summary>Which way it is better; higher by default.</summary>
    public MetricDirection Direction { get; init; }

    /// <summary>How the answer is got; teacher-forced by default.</summary>
    public Decoding Decoding { get; init; }

    /// <summary>What it needs of a case.</summary>
    public required MetricNeeds Needs { get; init; }

    /// <summary>How cases become one figure; their mean by default.</summary>
    public MetricAggregation Aggregation { get; init; }
}
