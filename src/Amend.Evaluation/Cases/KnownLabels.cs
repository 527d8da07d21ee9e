using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Evaluation.Cases;

/// <summary>
/// Labelled texts as a classifier can take them: their labels are written as it writes them, and cases with a label that it does not
/// have are left out and counted.
/// </summary>
/// <param name="model">The model; any kind, as long as no case is a labelled text.</param>
public sealed class KnownLabels(LanguageModel model)
{
    private readonly Dictionary<string, int> _unknown = [];

    /// <summary>How many cases were left out for each label that the classifier does not have.</summary>
    public IReadOnlyDictionary<string, int> Unknown => _unknown;

    /// <summary>What should be known of what was left out, in a sentence; null where nothing was.</summary>
    public string? Notice
    {
        get
        {
            var left = _unknown.Values.Sum();
            return left == 0 ? null
                : $"{left} {(left == 1 ? "case was" : "cases were")} left out because '{model.Name}' has no label "
                    + $"{string.Join(", ", _unknown.Keys)}.";
        }
    }

    /// <summary>
    /// The cases, in their order, each labelled text to be corrected to its right label whatever else its data set would teach. Cases
    /// with a label that the classifier does not have are left out; others than labelled texts stay as they are.
    /// </summary>
    /// <param name="cases">The cases; they are read as they are needed.</param>
    /// <exception cref="AmendException">A case is a labelled text, and the model is no classifier of at least two labels.</exception>
    public IEnumerable<EditCase> Corrected(IEnumerable<EditCase> cases)
    {
        foreach (var one in cases)
        {
            if (one.Classification is not { } text)
                yield return one;
            else if (Written(one, text with { LabelNew = text.Label, Prediction = null }) is { } written)
                yield return one with { Classification = written };
        }
    }

    /// <summary>A labelled text with its labels as the classifier writes them; null, and counted, where it does not have one.</summary>
    /// <param name="one">The case.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="AmendException">The model is no classifier of at least two labels.</exception>
    internal LabelledText? Written(EditCase one, LabelledText text)
    {
        var labels = LabelsFor(one);
        if (UnknownTo(labels, text) is { } label)
        {
            _unknown[label] = _unknown.GetValueOrDefault(label) + 1;
            return null;
        }

        string Name(string label) => labels.Names[labels.Find(label)!.Value];
        return text with { Label = Name(text.Label), LabelNew = text.LabelNew is { } given ? Name(given) : null };
    }

    private LabelSet LabelsFor(EditCase one) => model.Transformer is EncoderClassifier { Labels: { Names.Count: > 1 } labels }
        ? labels
        : throw new AmendException(
            $"Case {one.Id} gives a text the label '{one.Classification!.Label}', and '{model.Name}' is "
            + (model.Transformer is EncoderClassifier ? "a classifier of one label" : model.Transformer.Architecture)
            + "; give a classifier of at least two labels.");

    private static string? UnknownTo(LabelSet labels, LabelledText text) => labels.Find(text.Label) is null
        ? text.Label
        : text.LabelNew is { } given && labels.Find(given) is null ? given : null;
}
