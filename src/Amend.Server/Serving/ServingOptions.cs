namespace Amend.Server.Serving;

/// <summary>Bounds of what a served model does at once.</summary>
public sealed record ServingOptions
{
    /// <summary>Most requests that wait for a model before others are refused with 429; 256 by default.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Most texts that are generated beside each other; 32 by default.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Most new tokens of a text, whatever is asked; 4096 by default.</summary>
    public int MaxNewTokens { get; init; } = 4096;

    /// <summary>Most characters of a prompt or a conversation; 200,000 by default.</summary>
    public int MaxPromptLength { get; init; } = 200_000;

    /// <summary>Previews that are kept for a commit; the oldest goes first. 8 by default.</summary>
    public int KeptPreviews { get; init; } = 8;

    /// <summary>How long a stop waits for what has begun before it is ended early; 20 seconds by default.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);
}
