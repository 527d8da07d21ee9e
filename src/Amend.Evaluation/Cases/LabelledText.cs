namespace Amend.Evaluation.Cases;

/// <summary>A text to classify, of data sets that have no subject (FEVER, SCOTUS).</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">Its right label.</param>
public sealed record LabelledText(string Text, string Label)
{
    /// <summary>All labels of the data set, in its order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the authors' model said, where the data set has it.</summary>
    public string? Prediction { get; init; }

    /// <summary>The label that the edit should give the text, where the data set has one.</summary>
    public string? LabelNew { get; init; }
}
