using System.Globalization;
using System.Text.Json.Serialization;
using Amend.Tensors;

namespace Amend.Editing.Governance;

/// <summary>
/// What a guard allows; null for no limit. The defaults let every healthy edit pass that was measured on the embedded model
/// (docs/guides/guard-edits.md) and stop what has left that range.
/// </summary>
public sealed record GuardLimits
{
    private const string Off = "off";

    /// <summary>The names in texts, each with how it is set and what its values may be.</summary>
    private static readonly Registry<Limit> Known = new("limit of the guard", limit => limit.Name,
    [
        new("write", 0, double.MaxValue, (limits, value) => limits with { Write = value }),
        new("norm", 0, double.MaxValue, (limits, value) => limits with { Norm = value }),
        new("denominator", -1, 1, (limits, value) => limits with { Denominator = value }),
        new("perplexity", 0, double.MaxValue, (limits, value) => limits with { Perplexity = value }),
        new("past", 0, 1, (limits, value) => limits with { Past = value }),
    ]);

    /// <summary>
    /// The greatest ‖ΔW‖ / ‖W₀‖ of one write in any matrix; 1 by default: a write as large as the matrix itself. Measured: single edits
    /// at most 0.45, batches of ten at most 0.87.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Write { get; init; } = 1;

    /// <summary>
    /// The greatest ‖W - W₀‖ / ‖W₀‖ of all applied edits in any matrix; 3 by default. Measured: 130 edits by MEMIT in batches of
    /// ten that all hold at 2.3, with the perplexity 19 % up.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Norm { get; init; } = 3;

    /// <summary>
    /// The smallest k·u / ‖k‖; 0.05 by default. Measured: 0.31 to 0.50 with averaged keys, 0.19 to 0.45 with the released code's (D1).
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Denominator { get; init; } = 0.05;

    /// <summary>
    /// The greatest perplexity of the fixed text, in units of the unedited model's; 1.2 by default. A collapse shows in it (Yang et al.
    /// 2024, arXiv 2402.09656). Measured: single edits at most 1.02.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? Perplexity { get; init; } = 1.2;

    /// <summary>
    /// The smallest share of earlier edits that still hold; 0.8 by default. Measured: at least 0.88 over 200 edits in turn by ROME, while
    /// fine-tuning falls below it at the 25th.
    /// </summary>
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
            {
                throw new AmendException(
                    $"The limit '{part}' of the guard is not written as NAME=VALUE; write it so, such as perplexity=1.2.");
            }

            var known = Known.Find(name);
            if (!seen.Add(name))
                throw new AmendException($"The limit '{name}' of the guard is given twice; give it once.");
            limits = known.Set(limits, value == Off ? null : Number(name, value, known.Least, known.Most));
        }

        return limits;
    }

    private static double Number(string name, string value, double least, double most) =>
        double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new AmendException(
                $"The limit '{name}' of the guard cannot be '{value}'; give a number "
                + $"{(most < double.MaxValue ? FormattableString.Invariant($"from {least} to {most}") : "of at least 0")}, or {Off}.");

    /// <summary>A limit as texts name it: how it is set and what its values may be.</summary>
    private sealed record Limit(string Name, double Least, double Most, Func<GuardLimits, double?, GuardLimits> Set);
}
