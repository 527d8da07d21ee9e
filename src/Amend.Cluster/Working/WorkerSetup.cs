using Amend.Cluster.Database;
using Amend.Cluster.Scheduling;
using Amend.Editing.Homes;
using TorchSharp;

namespace Amend.Cluster.Working;

/// <summary>What a worker is started with.</summary>
/// <param name="Address">The cluster's database.</param>
/// <param name="Home">Where fetched files are kept.</param>
public sealed record WorkerSetup(ClusterAddress Address, AmendHome Home)
{
    /// <summary>Models in memory, each with a thread of its own; 1 by default.</summary>
    public int Models { get; init; } = 1;

    /// <summary>Threads that each model computes with; all that the process may use, divided by the models, when null.</summary>
    public int? Threads { get; init; }

    /// <summary>Where models compute; the CPU by default.</summary>
    public torch.Device Device { get; init; } = new(DeviceType.CPU); // torch.CPU would load libtorch.

    /// <summary>The shared store: a folder or its address over HTTP; null for none.</summary>
    public string? Share { get; init; }

    /// <summary>The address of this machine that other workers reach it at; the loopback address by default.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Whether it ends when no run is open; false by default.</summary>
    public bool EndsWhenIdle { get; init; }

    /// <summary>How long it waits for others.</summary>
    public WorkerTimes Times { get; init; } = new();
}
