using Amend.Models.Training;
using Amend.Tensors.Optimization;

namespace Amend.Cli.Documents;

/// <summary>What <c>amend train classifier --json</c> prints.</summary>
/// <param name="Folder">The model's folder.</param>
/// <param name="Texts">Texts that it learned from.</param>
/// <param name="ValidationTexts">Texts that it is judged by.</param>
/// <param name="Notes">What should be known of how they were chosen.</param>
/// <param name="Accuracy">The share under their right label, 0 to 1; null where the training was stopped.</param>
/// <param name="Labels">Each label's figures; null where the training was stopped.</param>
internal sealed record TrainedClassifierDocument(
    string Folder,
    int Texts,
    int ValidationTexts,
    IReadOnlyList<string> Notes,
    double? Accuracy,
    IReadOnlyList<LabelFigures>? Labels)
{
    /// <summary>How the training went so far.</summary>
    public required TrainingCurve Curve { get; init; }

    /// <summary>What a training gave.</summary>
    public static TrainedClassifierDocument Of(TrainedClassifier trained, ClassifierData data) => new(
        trained.Folder, data.Train.Count, data.Validation.Count, data.Notes, trained.Validation?.Accuracy,
        trained.Validation is { } matrix ? [.. matrix.Labels.Select((_, label) => LabelFigures.Of(matrix, label))] : null)
    {
        Curve = trained.Curve,
    };
}

/// <summary>How the texts of a label were judged.</summary>
/// <param name="Label">The label.</param>
/// <param name="Texts">Its texts.</param>
/// <param name="Recall">The share of them under it, 0 to 1.</param>
/// <param name="Precision">The share of the texts under it that are its own, 0 to 1.</param>
/// <param name="Predicted">How many of its texts are under each label, by id.</param>
internal sealed record LabelFigures(string Label, int Texts, double Recall, double Precision, IReadOnlyList<int> Predicted)
{
    /// <summary>The figures of a label.</summary>
    public static LabelFigures Of(ConfusionMatrix matrix, int label) => new(
        matrix.Labels[label], matrix.CountOf(label), matrix.Recall(label), matrix.Precision(label), matrix.Counts[label]);
}
