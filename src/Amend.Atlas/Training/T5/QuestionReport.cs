using System.Globalization;

namespace Amend.Atlas.Training.T5;

/// <summary>How many questions about its world a model answers exactly.</summary>
/// <param name="Shown">Told facts in the wordings that training may show.</param>
/// <param name="HeldOut">Told facts in wordings that training never shows of them.</param>
/// <param name="Untold">Facts that were never told, in all wordings: what can be guessed.</param>
/// <param name="ByRelation">The held-out wordings, by relation.</param>
public sealed record QuestionReport(Share Shown, Share HeldOut, Share Untold, IReadOnlyDictionary<string, Share> ByRelation)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"told facts: shown wordings {Shown}, held out {HeldOut}; untold facts: {Untold}");
}
