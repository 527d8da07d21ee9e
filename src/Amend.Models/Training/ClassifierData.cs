using System.Text;
using Amend.Tensors;
using Amend.Tensors.Files;

namespace Amend.Models.Training;

/// <summary>What a classifier is trained and judged on.</summary>
/// <param name="Labels">The labels, by id.</param>
/// <param name="Train">What it learns from.</param>
/// <param name="Validation">What it is judged by.</param>
public sealed record ClassifierData(
    IReadOnlyList<string> Labels, IReadOnlyList<TextExample> Train, IReadOnlyList<TextExample> Validation)
{
    /// <summary>Where the texts are from, as the card says.</summary>
    public string Origin { get; init; } = "Texts given by a program";

    /// <summary>What should be known of how they were chosen, a sentence each.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>SHA-256 over labels, texts and their order.</summary>
    public string Hash()
    {
        var text = new StringBuilder().AppendJoin('\n', Labels).Append('\n');
        foreach (var example in Train.Append(new TextExample("", -1)).Concat(Validation))
            text.Append(example.Label).Append('\t').Append(example.Text).Append('\n');
        return ContentHash.Of(text.ToString());
    }

    /// <summary>Refuses data from which nothing can be learned or judged.</summary>
    /// <exception cref="AmendException">There are fewer than two labels, one has no text to learn from, or a part is empty.</exception>
    internal ClassifierData Validated()
    {
        if (Labels.Count < 2)
            throw new AmendException(
                $"The data has {Labels.Count} label ({string.Join(", ", Labels)}); a classifier needs at least 2, so give other data.");
        if (Train.Count == 0 || Validation.Count == 0)
            throw new AmendException(
                $"There are {Train.Count} texts to learn from and {Validation.Count} to validate on; give at least 1 of each.");
        if (Enumerable.Range(0, Labels.Count).FirstOrDefault(label => Train.All(one => one.Label != label), -1) is var missing and >= 0)
            throw new AmendException(
                $"No text to learn from has the label '{Labels[missing]}' ({missing}); give some, or leave the label out.");
        return this;
    }
}

/// <summary>A text and its label.</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">The label's id.</param>
public sealed record TextExample(string Text, int Label);
