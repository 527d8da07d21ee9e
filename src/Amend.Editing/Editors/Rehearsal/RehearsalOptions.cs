using Amend.Editing.Tuning;
using Amend.Editing.Workbench;

namespace Amend.Editing.Editors.Rehearsal;

/// <summary>Settings of FT+Retrain; names and defaults as in Thartvigsen/GRACE, but for where retraining begins.</summary>
public sealed record RehearsalOptions : SerialTuningOptions
{
    /// <summary>Edits after which the weights are trained again on all of them, the present one included; 50 by default.</summary>
    public int RetrainFrequency { get; init; } = 50;

    /// <summary>Passes of a retraining over all requests, a step each; 5 by default.</summary>
    public int RetrainPasses { get; init; } = 5;

    /// <summary>
    /// What the weights are when a retraining begins; those without any edit by default, from which the published code deviates (D8).
    /// </summary>
    public RetrainStart RetrainFrom { get; init; } = RetrainStart.Base;

    /// <summary>Whether each pass takes the requests in an order of its own, drawn from the seed; true by default.</summary>
    public bool Shuffle { get; init; } = true;

    /// <summary>
    /// Upstream texts that a retraining rehearses in each pass beside the requests, the first of those that it is given; 50 by default,
    /// and none where it is given none.
    /// </summary>
    public int Replay { get; init; } = 50;

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        base.Check(problems, layers);
        problems.Count("retrain_frequency", RetrainFrequency);
        problems.Count("retrain_passes", RetrainPasses);
        problems.NotNegative("replay", Replay);
    }
}

/// <summary>What the weights are when a retraining begins.</summary>
public enum RetrainStart
{
    /// <summary>Those without any edit, so that what earlier edits did to other knowledge is undone.</summary>
    Base,

    /// <summary>Those with all earlier edits, as in the published code.</summary>
    Current,
}
