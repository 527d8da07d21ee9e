namespace Amend.Models.Generation;

/// <summary>A text that a <see cref="RollingBatch"/> continues, from its prompt to its end.</summary>
/// <param name="prompt">The prompt's token ids, at least one.</param>
/// <param name="options">Length and sampling; the text has a random stream of its own, whatever is continued beside it.</param>
public sealed class RollingText(IReadOnlyList<int> prompt, GenerationOptions options)
{
    private readonly Sampler _sampler = new(options.Validated());
    private readonly List<int> _generated = [];

    /// <summary>The prompt's token ids.</summary>
    public IReadOnlyList<int> Prompt { get; } = prompt.Count > 0
        ? prompt
        : throw new ArgumentException("A text without a prompt was given; give at least one token.", nameof(prompt));

    /// <summary>Length and sampling.</summary>
    public GenerationOptions Options { get; } = options;

    /// <summary>The new ids so far, the one that ended the text included.</summary>
    public IReadOnlyList<int> Generated => _generated;

    /// <summary>Told of each new token on the thread that steps; nobody by default.</summary>
    public TokenChosen? Chosen { get; init; }

    /// <summary>Whether nothing follows: the text is at its end or its length, or was stopped.</summary>
    public bool IsDone { get; private set; }

    /// <summary>Whether an id ended it, and not its length or its owner.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>The number of tokens before the next one.</summary>
    internal int Length => Prompt.Count + _generated.Count;

    /// <summary>Ends the text here; it leaves the batch with the next step.</summary>
    public void Stop() => IsDone = true;

    /// <summary>Takes the next token.</summary>
    /// <param name="logits">One logit a token of the vocabulary.</param>
    /// <param name="ends">The ids that end texts of the model.</param>
    internal void Take(ReadOnlySpan<float> logits, IReadOnlyCollection<int> ends)
    {
        var next = _sampler.Next(logits);
        _generated.Add(next);
        HasEnded = Options.StopAtEndOfText && (ends.Contains(next) || Options.Ends.Contains(next));
        IsDone = HasEnded || _generated.Count >= Options.MaxNewTokens;
        Chosen?.Invoke(next, logits);
    }
}

/// <summary>Hears of a token that was chosen.</summary>
/// <param name="id">Its id.</param>
/// <param name="logits">What it was chosen by, one logit a token of the vocabulary; gone after the call.</param>
public delegate void TokenChosen(int id, ReadOnlySpan<float> logits);
