namespace Amend.Testing.Hub;

/// <summary>What the test hub answers; faults change it.</summary>
public sealed record HubReply(int Status)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    public byte[] Body { get; init; } = [];

    /// <summary>What Content-Length says; the body's own by default.</summary>
    public long? ToldLength { get; init; }

    /// <summary>Bytes of the body after which the connection is cut.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Bytes of the body after which nothing more comes for a while.</summary>
    public int? StallAfter { get; init; }

    /// <summary>How long each KB of the body takes.</summary>
    public TimeSpan PerKilobyte { get; init; }

    public static HubReply Of(int status, params (string Name, string Value)[] headers) =>
        new(status) { Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase) };

    public HubReply With(string header, string value) => this with { Headers = new Dictionary<string, string>(Headers, StringComparer.OrdinalIgnoreCase) { [header] = value } };
}
