namespace Amend.Cluster.Scheduling;

/// <summary>Hands out the units of one run, by the run's number: there is one of it in the cluster, wherever that is just now.</summary>
[Alias("amend.run")]
internal interface IRunGrain : IGrainWithIntegerKey
{
    /// <summary>Takes units of one row to do.</summary>
    /// <param name="worker">Who takes them.</param>
    /// <param name="row">The row that the worker is at, which it gets more of where there is any; null for none.</param>
    /// <param name="most">Most units.</param>
    /// <returns>The units, of one row in their order; none where there is nothing to do just now.</returns>
    [Alias("take")]
    Task<IReadOnlyList<OfferedUnit>> TakeAsync(string worker, string? row, int most);

    /// <summary>Says that a worker is there and has these units.</summary>
    [Alias("beat")]
    Task BeatAsync(string worker, IReadOnlyList<int> numbers);

    /// <summary>Says that a unit is done, and its results kept.</summary>
    /// <param name="number">The unit.</param>
    /// <param name="rowEnded">Whether a guard has ended its row, of which nothing more is to be done.</param>
    [Alias("done")]
    Task DoneAsync(int number, bool rowEnded);

    /// <summary>Says that a unit failed, which is tried again a few times and then set aside.</summary>
    /// <param name="number">The unit.</param>
    /// <param name="error">What went wrong, in a sentence.</param>
    [Alias("failed")]
    Task FailedAsync(int number, string error);

    /// <summary>Gives back units that were taken and not begun.</summary>
    /// <param name="worker">Who took them.</param>
    /// <param name="numbers">The units.</param>
    /// <param name="reason">Why the worker cannot begin them, though another may; null where it only stops.</param>
    [Alias("give-back")]
    Task GiveBackAsync(string worker, IReadOnlyList<int> numbers, string? reason);
}

/// <summary>A unit that a worker gets.</summary>
/// <param name="Number">Its number in the run.</param>
/// <param name="IsAgain">Whether it was begun before, so that something of it may be done.</param>
[GenerateSerializer]
[Alias("amend.unit")]
internal sealed record OfferedUnit([property: Id(0)] int Number, [property: Id(1)] bool IsAgain);
