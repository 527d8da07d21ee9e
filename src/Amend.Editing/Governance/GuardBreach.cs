using System.Globalization;

namespace Amend.Editing.Governance;

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
