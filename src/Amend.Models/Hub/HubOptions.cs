namespace Amend.Models.Hub;

/// <summary>How models are downloaded. A class and not a record, so that the token is in no text made of it.</summary>
public sealed class HubOptions
{
    /// <summary>The hub's address.</summary>
    public string Endpoint { get; init; } = "https://huggingface.co";

    /// <summary>The token that is sent to the endpoint, and to no other host; null for none.</summary>
    public string? Token { get; init; }

    /// <summary>Whether nothing is to be downloaded.</summary>
    public bool Offline { get; init; }

    /// <summary>How often a request is tried in a row without a byte of progress.</summary>
    public int Attempts { get; init; } = 6;

    /// <summary>The wait after the first failure; it doubles with each.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest wait, also where the hub asks for a longer one.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long an answer, or the next bytes of one, may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// What the environment says: <c>HF_ENDPOINT</c>, <c>HF_TOKEN</c>, and <c>HF_HUB_OFFLINE</c> (1, true, yes or on).
    /// </summary>
    /// <param name="offline">Whether nothing is to be downloaded whatever the environment says.</param>
    public static HubOptions FromEnvironment(bool offline = false)
    {
        var plain = new HubOptions();
        return new HubOptions
        {
            Endpoint = Value("HF_ENDPOINT") ?? plain.Endpoint,
            Token = Value("HF_TOKEN"),
            Offline = offline || Value("HF_HUB_OFFLINE")?.ToUpperInvariant() is "1" or "TRUE" or "YES" or "ON",
        };
    }

    private static string? Value(string name) => Environment.GetEnvironmentVariable(name)?.Trim() is { Length: > 0 } value ? value : null;
}
