using Amend.Tensors;

namespace Amend.Models.Generation;

/// <summary>How text is generated.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most new tokens; 20 by default.</summary>
    public int MaxNewTokens { get; init; } = 20;

    /// <summary>Sample among this many likeliest tokens; null, the default, for greedy decoding unless <see cref="TopP"/> is set.</summary>
    public int? TopK { get; init; }

    /// <summary>Sample among the likeliest tokens that together reach this probability; null, the default, for no such limit.</summary>
    public double? TopP { get; init; }

    /// <summary>Divides the logits before sampling; 1 by default, ignored when greedy.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>The seed of the sampling; the same seed gives the same text on the same machine. 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>Whether a sequence ends at the end-of-text token; true by default.</summary>
    public bool StopAtEndOfText { get; init; } = true;

    /// <summary>
    /// Ids that end a sequence beside the end-of-text token and those that the model's files name; none by default, and none unless
    /// <see cref="StopAtEndOfText"/>.
    /// </summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>Whether keys and values of earlier tokens are kept; true by default.</summary>
    public bool UseCache { get; init; } = true;

    /// <summary>Whether the likeliest token is always taken.</summary>
    public bool IsGreedy => TopK is null && TopP is null;

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is out of range.</exception>
    public GenerationOptions Validated()
    {
        if (MaxNewTokens < 1)
            throw new AmendException($"{MaxNewTokens} new tokens were asked; ask for at least 1.");
        if (TopK is < 1)
            throw new AmendException($"top-k {TopK} was asked; it must be at least 1.");
        if (TopP is not (null or (> 0 and <= 1)))
            throw new AmendException($"top-p {TopP} was asked; it must be above 0 and at most 1.");
        if (!(Temperature > 0))
            throw new AmendException($"temperature {Temperature} was asked; it must be above 0.");
        return this;
    }
}
