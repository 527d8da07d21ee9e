using System.Globalization;
using System.Text.Json.Serialization;
using Amend.Tensors;

namespace Amend.Editing.Governance;

/// <summary>What a guard allows; null for no limit. A guard is on for the whole of a sequence, so the limits are those of a healthy model.</summary>
public sealed record GuardLimits
{
    private const string Off = "off";

    /// <summary>The names in texts, each with how it is set and what its values may be.</summary>
    private static readonly (string Name, double Least, double Most, Func<GuardLimits, double?, GuardLimits> Set)[] Known =
    [
        ("write", 0, double.MaxValue, (limits, value) => limits with { Write = value }),
        ("norm", 0, double.MaxValue, (limits, value) => limits with { Norm = value }),
        ("denominator", -1, 1, (limits, value) => limits with { Denominator = value }),
        ("perplexity", 0, double.MaxValue, (limits, value) => limits with { Perplexity = value }),
        ("past", 0, 1, (limits, value) => limits with { Past = value }),
    ];

    /// <summary>The greatest ‖ΔW‖ / ‖W₀‖ of one write in any matrix.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Write { get; init; } = 0.2;

    /// <summary>The greatest ‖W - W₀‖ / ‖W₀‖ of all applied edits in any matrix.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Norm { get; init; } = 1;

    /// <summary>The smallest k·u / ‖k‖.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Denominator { get; init; } = 0.01;

    /// <summary>The greatest perplexity of the fixed text, in units of the unedited model's.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Perplexity { get; init; } = 1.2;

    /// <summary>The smallest share of earlier edits that still hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Past { get; init; } = 0.8;

    /// <summary>
    /// Reads limits over the defaults, such as <c>norm=0.5,perplexity=off</c>; nothing for the defaults.
    /// </summary>
    /// <exception cref="AmendException">A name is unknown or given twice, or its value is none that the limit can have.</exception>
    public static GuardLimits Parse(string text)
    {
        var (limits, seen) = (new GuardLimits(), new HashSet<string>());
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.Split('=', 2, StringSplitOptions.TrimEntries) is not [{ Length: > 0 } name, var value])
                throw new AmendException($"The limit '{part}' of the guard is not written as NAME=VALUE; write it so, such as perplexity=1.2.");
            var known = Array.Find(Known, limit => limit.Name == name);
            if (known.Name is null)
                throw new AmendException($"The guard has no limit '{name}'; known: {string.Join(", ", Known.Select(limit => limit.Name))}.");
            if (!seen.Add(name))
                throw new AmendException($"The limit '{name}' of the guard is given twice; give it once.");
            limits = known.Set(limits, value == Off ? null : Number(name, value, known.Least, known.Most));
        }

        return limits;
    }

    private static double Number(string name, string value, double least, double most) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new AmendException($"The limit '{name}' of the guard cannot be '{value}'; give a number {(most < double.MaxValue ? FormattableString.Invariant($"from {least} to {most}") : "of at least 0")}, or {Off}.");
}
