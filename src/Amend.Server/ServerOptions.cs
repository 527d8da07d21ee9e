using Amend.Server.Serving;

namespace Amend.Server;

/// <summary>
/// How a server is run, as <c>appsettings.json</c> (section <c>Amend</c>) and the environment (<c>Amend__NAME</c>) say by the platform's
/// conventions.
/// </summary>
public sealed record ServerOptions
{
    /// <summary>The section of the configuration.</summary>
    public const string Section = "Amend";

    /// <summary>Where it listens; <c>http://127.0.0.1:5150</c> by default, which other machines cannot reach.</summary>
    public string Url { get; init; } = "http://127.0.0.1:5150";

    /// <summary>Bounds of each model; the defaults of <see cref="ServingOptions"/> by default.</summary>
    public ServingOptions Serving { get; init; } = new();

    /// <summary>Folders whose files requests may name as data sets and texts; none by default.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Requests that a key may send a minute, where there are keys; 600 by default.</summary>
    public int RequestsPerMinute { get; init; } = 600;

    /// <summary>Wrong keys that an address may send a minute before it is refused whatever it sends; 10 by default.</summary>
    public int WrongKeysPerMinute { get; init; } = 10;

    /// <summary>The most bytes of a request; 1 MiB by default.</summary>
    public long MaxRequestBytes { get; init; } = 1 << 20;

    /// <summary>Jobs that are worked on at once; 2 by default.</summary>
    public int JobsAtOnce { get; init; } = 2;

    /// <summary>Jobs that are worked on or wait before others are refused; 32 by default.</summary>
    public int OpenJobs { get; init; } = 32;
}
