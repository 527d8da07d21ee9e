namespace Amend.Evaluation.Runs;

/// <summary>What a run does after a write outside the limits, which it takes back in both cases.</summary>
public enum OnBreach
{
    /// <summary>Ends the row there: its figures are of the cases before.</summary>
    Stop,

    /// <summary>Goes on with the next batch: the cases of this one are measured without their edit.</summary>
    Revert,
}
