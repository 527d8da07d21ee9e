using System.Globalization;
using System.Text.Json.Serialization;

namespace Amend.Editing.Governance;

/// <summary>What a guard measured after a write, and the limits it was held against.</summary>
[JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals)]
public sealed record GuardMeasures
{
    /// <summary>The limits.</summary>
    public required GuardLimits Limits { get; init; }

    /// <summary>The matrices that the write changed.</summary>
    public required IReadOnlyList<WeightChange> Weights { get; init; }

    /// <summary>The smallest denominator of the write's edits, k·u / ‖k‖; null where the method has none.</summary>
    public double? Denominator { get; init; }

    /// <summary>Perplexity of the fixed text after the write; null where there is no text.</summary>
    public double? Perplexity { get; init; }

    /// <summary>Perplexity of the fixed text without any edit; null where there is no text.</summary>
    public double? PerplexityBefore { get; init; }

    /// <summary>Earlier edits that were asked, a sample; 0 where there are none.</summary>
    public int PastAsked { get; init; }

    /// <summary>Those of them whose target is still the greedy answer.</summary>
    public int PastKept { get; init; }

    /// <summary>The greatest change of a matrix by the write; 0 where it changed none.</summary>
    [JsonIgnore]
    public double Write => Greatest(change => change.Write);

    /// <summary>The greatest change of a matrix by all applied edits; 0 where the write changed none.</summary>
    [JsonIgnore]
    public double Total => Greatest(change => change.Total);

    /// <summary>Perplexity in units of the model's without edits; null where there is no text.</summary>
    [JsonIgnore]
    public double? PerplexityRatio => Perplexity / PerplexityBefore;

    /// <summary>The share of earlier edits that still hold; null where none was asked.</summary>
    [JsonIgnore]
    public double? Past => PastAsked > 0 ? (double)PastKept / PastAsked : null;

    /// <summary>The first measure that is outside its limit; null where all are inside. What is no number is outside.</summary>
    public GuardBreach? Breach() =>
        GuardBreach.Above("write", "the relative norm of this write", Write, Limits.Write)
        ?? GuardBreach.Above("norm", "the relative norm of all changes of a matrix", Total, Limits.Norm)
        ?? GuardBreach.Below(
            "denominator", "the key's part in the direction that the update is divided by", Denominator, Limits.Denominator)
        ?? GuardBreach.Above(
            "perplexity", "the perplexity of the fixed text in units of the unedited model's", PerplexityRatio, Limits.Perplexity)
        ?? GuardBreach.Below("past", "the share of earlier edits that still hold", Past, Limits.Past);

    /// <summary>The greatest by Math.Max, to which what is no number is greater than every number.</summary>
    private double Greatest(Func<WeightChange, double> of) => Weights.Select(of).Aggregate(0.0, Math.Max);
}

/// <summary>A measure outside its limit.</summary>
/// <param name="Measure">The limit's name, such as <c>perplexity</c>.</param>
/// <param name="Meaning">What is measured, in words.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Limit">The limit.</param>
public sealed record GuardBreach(string Measure, string Meaning, double Value, double Limit)
{
    /// <summary>The measure, its value and the limit, as the middle of a sentence.</summary>
    public string Reason => $"{Meaning} is {Text(Value)}, and the limit is {Text(Limit)}";

    /// <summary>A breach where a measure is there and not at most its limit.</summary>
    internal static GuardBreach? Above(string measure, string meaning, double? value, double? limit) =>
        value is { } found && limit is { } most && !(found <= most) ? new GuardBreach(measure, meaning, found, most) : null;

    /// <summary>A breach where a measure is there and not at least its limit.</summary>
    internal static GuardBreach? Below(string measure, string meaning, double? value, double? limit) =>
        value is { } found && limit is { } least && !(found >= least) ? new GuardBreach(measure, meaning, found, least) : null;

    private static string Text(double number) => number.ToString("G4", CultureInfo.InvariantCulture);
}
