using Amend.Evaluation.Cases;

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

    /// <summary>Whether it has values in a stream alone; false by default.</summary>
    public bool IsOfStreams { get; init; }

    /// <summary>Which cases it is of; others have no value. Those that are edited by default.</summary>
    public CaseRole Role { get; init; }

    /// <summary>How cases become one figure; their mean by default.</summary>
    public MetricAggregation Aggregation { get; init; }
}

/// <summary>How a metric gets the model's answer; figures of different decodings must not be compared.</summary>
public enum Decoding
{
    /// <summary>The target is given, and every place sees the true tokens before it.</summary>
    TeacherForced,

    /// <summary>The model writes freely, always the likeliest token.</summary>
    Greedy,

    /// <summary>The model writes freely, sampling with a seed.</summary>
    Sampled,
}

/// <summary>How a figure over cases and its 95 % interval come about.</summary>
public enum MetricAggregation
{
    /// <summary>The mean over the cases that have a value; ± 1.96 σ / √n, or a bootstrap where that would leave the range.</summary>
    Mean,

    /// <summary>The harmonic mean of other figures over the same cases; percentiles of a bootstrap over cases with a seed.</summary>
    HarmonicMean,

    /// <summary>The mean of other figures; percentiles of a bootstrap over cases with a seed.</summary>
    MeanOfFigures,

    /// <summary>One minus a ratio of two means over the same cases; percentiles of a bootstrap over cases with a seed.</summary>
    RatioOfMeans,
}

/// <summary>Which way a figure is better.</summary>
public enum MetricDirection
{
    /// <summary>The larger, the better.</summary>
    HigherIsBetter,

    /// <summary>The smaller, the better.</summary>
    LowerIsBetter,
}

/// <summary>What a metric needs of a case, so that nothing else is asked of the model.</summary>
[Flags]
public enum MetricNeeds
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The edited prompt and its new target.</summary>
    Rewrite = 1,

    /// <summary>Other ways to ask the same.</summary>
    Paraphrases = 2,

    /// <summary>Prompts that must keep their answer, each with its gold answer.</summary>
    Neighbors = 4,

    /// <summary>A second candidate after each prompt.</summary>
    Rival = 8,

    /// <summary>A greedy answer to each prompt.</summary>
    GreedyAnswers = 16,

    /// <summary>Openings that the model writes on from, sampled.</summary>
    Generations = 32,

    /// <summary>Texts about subjects of which the new target is true.</summary>
    References = 64,

    /// <summary>The answers of the model without the edits.</summary>
    Before = 128,

    /// <summary>A text that has nothing to do with any edit.</summary>
    FixedText = 256,

    /// <summary>Prompts whose answers follow from the edit, each with all its accepted answers.</summary>
    Portability = 512,

    /// <summary>A greedy answer to each prompt through the model's chat template.</summary>
    ChatAnswers = 1024,

    /// <summary>Facts that have nothing to do with any edit.</summary>
    Probe = 2048,

    /// <summary>A greedy answer to each prompt of a model that writes; of a classifier, whose label is known without it, none.</summary>
    WrittenAnswers = 4096,

    /// <summary>The cases that a stream passed over, later on.</summary>
    PassedOver = 8192,
}
