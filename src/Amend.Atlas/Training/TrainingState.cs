namespace Amend.Atlas.Training;

/// <summary>How far a training has come.</summary>
internal sealed class TrainingState
{
    /// <summary>Steps done.</summary>
    public int Step { get; set; }

    /// <summary>Wall time of the steps done.</summary>
    public TimeSpan Elapsed { get; set; }
}
