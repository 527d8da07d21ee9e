namespace Amend.Cluster.Scheduling;

/// <summary>How long workers and those who hand out work wait for each other.</summary>
public sealed record WorkerTimes
{
    /// <summary>How long a unit stays with a worker that is not heard of; 20 s by default.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How often a worker says that it is there; 5 s by default.</summary>
    public TimeSpan Beat { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often ended leases and cancelled runs are looked for; 2 s by default.</summary>
    public TimeSpan Check { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a worker waits before it asks again where there was nothing to do; 1 s by default.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(1);
}
