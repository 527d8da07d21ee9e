using System.Globalization;

namespace Amend.Atlas.Training;

/// <summary>
/// How much of its world a model recalls: the share of (fact, phrasing) whose greedy continuation is exactly the object, in
/// per cent.
/// </summary>
/// <param name="Trained">Phrasings that training showed.</param>
/// <param name="HeldOut">Phrasings that training never showed for the fact.</param>
/// <param name="TrainedAfterForeign">The trained ones after a random sentence of another fact.</param>
/// <param name="HeldOutAfterForeign">The held-out ones after such a sentence.</param>
/// <param name="ByRelation">Trained and held-out share of each relation, without prefix.</param>
public sealed record RecallReport(
    Share Trained,
    Share HeldOut,
    Share TrainedAfterForeign,
    Share HeldOutAfterForeign,
    IReadOnlyDictionary<string, (Share Trained, Share HeldOut)> ByRelation)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"trained {Trained}, held out {HeldOut}; after a foreign sentence: trained {TrainedAfterForeign}, held out {HeldOutAfterForeign}");
}

/// <summary>So many of so many.</summary>
/// <param name="Right">How many fulfil it.</param>
/// <param name="Of">How many there are.</param>
public readonly record struct Share(int Right, int Of)
{
    /// <summary>The share in per cent; 0 of nothing.</summary>
    public double Percent => Of == 0 ? 0 : 100.0 * Right / Of;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Percent:F2} % ({Right} of {Of})");
}
