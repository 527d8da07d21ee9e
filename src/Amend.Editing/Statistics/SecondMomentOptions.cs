using Amend.Tensors;

namespace Amend.Editing.Statistics;

/// <summary>How much text a second moment is collected from, and in what portions.</summary>
public sealed record SecondMomentOptions
{
    /// <summary>Most tokens; 1,000,000 by default.</summary>
    public long MaxTokens { get; init; } = 1_000_000;

    /// <summary>Tokens a text is cut to; 512 by default, and never more than the model's context.</summary>
    public int SequenceLength { get; init; } = 512;

    /// <summary>Tokens a batch, padding included; 8,192 by default. A single text may exceed it.</summary>
    public int BatchTokens { get; init; } = 8192;

    /// <summary>How often what was collected is saved before the end; every 30 seconds by default.</summary>
    public TimeSpan SaveInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is below one.</exception>
    public SecondMomentOptions Validated() => MaxTokens > 0 && SequenceLength > 0 && BatchTokens > 0
        ? this
        : throw new AmendException(
            $"{MaxTokens} tokens in texts of {SequenceLength} and batches of {BatchTokens} were asked; each must be at least 1.");
}
