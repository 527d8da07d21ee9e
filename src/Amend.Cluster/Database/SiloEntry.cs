using System.Text.Json;

namespace Amend.Cluster.Database;

/// <summary>What Orleans knows of a worker, as JSON.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Status">What it does.</param>
/// <param name="Gateway">The port for clients.</param>
/// <param name="Host">Its machine.</param>
/// <param name="Name">Its name.</param>
/// <param name="Started">When it was started.</param>
/// <param name="Suspects">Who suspects it to be dead, and since when.</param>
internal sealed record SiloEntry(
    string Address, SiloStatus Status, int Gateway, string Host, string Name, DateTime Started, IReadOnlyList<SiloSuspicion> Suspects)
{
    /// <summary>Writes an entry, but for when the worker was heard of.</summary>
    public static string Write(MembershipEntry entry) => JsonSerializer.Serialize(new SiloEntry(
        entry.SiloAddress.ToParsableString(), entry.Status, entry.ProxyPort, entry.HostName, entry.SiloName, entry.StartTime,
        [.. (entry.SuspectTimes ?? []).Select(one => new SiloSuspicion(one.Item1.ToParsableString(), one.Item2))]));

    /// <summary>Reads an entry.</summary>
    /// <param name="json">What <see cref="Write"/> gave.</param>
    /// <param name="alive">When the worker was heard of.</param>
    public static MembershipEntry Read(string json, DateTime alive)
    {
        var read = JsonSerializer.Deserialize<SiloEntry>(json)!;
        return new MembershipEntry
        {
            SiloAddress = SiloAddress.FromParsableString(read.Address),
            Status = read.Status,
            ProxyPort = read.Gateway,
            HostName = read.Host,
            SiloName = read.Name,
            StartTime = read.Started,
            IAmAliveTime = alive.ToUniversalTime(),
            SuspectTimes = [.. read.Suspects.Select(one => Tuple.Create(SiloAddress.FromParsableString(one.By), one.At))],
        };
    }
}

/// <summary>That a worker is suspected to be dead.</summary>
/// <param name="By">Who suspects it.</param>
/// <param name="At">Since when.</param>
internal sealed record SiloSuspicion(string By, DateTime At);
