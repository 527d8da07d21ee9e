namespace Amend.Cluster.Board;

/// <summary>A run of a cluster, as it stands.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Suite">The data set as it was asked for.</param>
/// <param name="Model">The model's name.</param>
/// <param name="State"><c>open</c>, <c>done</c> or <c>cancelled</c>.</param>
/// <param name="Submitted">When it was submitted.</param>
/// <param name="Ended">When it was done or cancelled; null before.</param>
/// <param name="Units">How many units it has, by what became of them.</param>
public sealed record ClusterRun(
    long Number, string Suite, string Model, string State, DateTimeOffset Submitted, DateTimeOffset? Ended, UnitCounts Units)
{
    /// <summary>Whether nothing more will come of it.</summary>
    public bool HasEnded => State != "open";
}

/// <summary>Units of a run.</summary>
/// <param name="Waiting">To be done.</param>
/// <param name="Leased">At a worker.</param>
/// <param name="Done">Done.</param>
/// <param name="Aside">Set aside after failing too often.</param>
public sealed record UnitCounts(int Waiting, int Leased, int Done, int Aside)
{
    /// <summary>All of them.</summary>
    public int All => Waiting + Leased + Done + Aside;
}

/// <summary>What a worker did of a run.</summary>
/// <param name="Name">The worker: its machine, process and slot.</param>
/// <param name="Units">Units that it did.</param>
/// <param name="Leased">Units that it has.</param>
/// <param name="Last">When one of them changed last.</param>
public sealed record WorkerShare(string Name, int Units, int Leased, DateTimeOffset Last);

/// <summary>A unit that was set aside.</summary>
/// <param name="Row">Its row.</param>
/// <param name="Unit">Its id.</param>
/// <param name="Error">What went wrong the last time.</param>
public sealed record UnitAside(string Row, string Unit, string Error);
