namespace Amend.Evaluation.Cases;

/// <summary>An answer and its other names.</summary>
/// <param name="Text">The answer as it stands in text.</param>
public sealed record CaseAnswer(string Text)
{
    /// <summary>Other names that count as well.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>The answer and its aliases.</summary>
    public IEnumerable<string> Names => Aliases.Prepend(Text);
}
