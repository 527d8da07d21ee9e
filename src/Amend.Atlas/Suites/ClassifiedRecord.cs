namespace Amend.Atlas.Suites;

/// <summary>A text with its label as a case in Amend's own form.</summary>
internal sealed record ClassifiedRecord
{
    public required string Id { get; init; }

    /// <summary>Other wordings of the text, P^x.</summary>
    public required IReadOnlyList<string> Paraphrases { get; init; }

    /// <summary>Unrelated texts, O^x, with their labels.</summary>
    public required IReadOnlyList<AnsweredPrompt> Neighborhood { get; init; }

    public required ClassifiedText Classification { get; init; }
}

/// <summary>A prompt of a case with its answers.</summary>
internal sealed record AnsweredPrompt(string Text, IReadOnlyList<string> Answers);

/// <summary>A text of a case with its label, and all labels.</summary>
internal sealed record ClassifiedText(string Text, string Label, IReadOnlyList<string> Labels);
