namespace Amend.Evaluation.Cases;

/// <summary>A whole prompt with the answers that are expected to it.</summary>
/// <param name="Text">The prompt; the answer follows after a space.</param>
public sealed record CasePrompt(string Text)
{
    /// <summary>The answers, the first one the data set's main answer; none where it gives none.</summary>
    public IReadOnlyList<CaseAnswer> Answers { get; init; } = [];

    /// <summary>
    /// Whether the data set's own code makes a prompt of each token of the answer, with the tokens before it; zsRE's in kmeng01/rome
    /// does.
    /// </summary>
    public bool IsSplit { get; init; }

    /// <summary>What the prompt tests, in the data set's word, such as <c>Reasoning</c>; null where it has no word.</summary>
    public string? Kind { get; init; }
}

/// <summary>An answer and its other names.</summary>
/// <param name="Text">The answer as it stands in text.</param>
public sealed record CaseAnswer(string Text)
{
    /// <summary>Other names that count as well.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The answer and its aliases.</summary>
    public IEnumerable<string> Names => Aliases.Prepend(Text);
}
