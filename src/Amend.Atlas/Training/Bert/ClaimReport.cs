using System.Globalization;

namespace Amend.Atlas.Training.Bert;

/// <summary>How many claims of its world a classifier judges rightly.</summary>
/// <param name="Shown">A true and a false claim of each fact, in forms that training may show of it.</param>
/// <param name="Training">The claims of <c>atlas-fever.train</c>, in held-out forms.</param>
/// <param name="Development">The claims of <c>atlas-fever</c>, in held-out forms.</param>
/// <param name="Paraphrases">The paraphrases of those.</param>
/// <param name="WideMargins">Those claims, rightly judged or not, with a logit of at least <see cref="WideMargin"/> either way.</param>
/// <param name="ByRelation">The claims of both parts, by relation.</param>
public sealed record ClaimReport(
    Share Shown, Share Training, Share Development, Share Paraphrases, Share WideMargins, IReadOnlyDictionary<string, Share> ByRelation)
{
    /// <summary>How far from 0 a logit is wide: a probability of 0.88.</summary>
    public const double WideMargin = 2;

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"claims as shown {Shown}; held-out forms: training part {Training}, development part {Development}, "
        + $"its paraphrases {Paraphrases}");
}
