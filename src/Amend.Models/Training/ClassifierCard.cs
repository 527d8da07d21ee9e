using System.Globalization;
using System.Text;
using Amend.Tensors.Files;

namespace Amend.Models.Training;

/// <summary>The card of a trained classifier: base, data, settings, figures.</summary>
/// <param name="model">The model with the weights that are written.</param>
/// <param name="data">What it learned.</param>
/// <param name="options">How, with the dropout that was used.</param>
/// <param name="trained">How it went.</param>
internal sealed class ClassifierCard(LanguageModel model, ClassifierData data, ClassifierOptions options, TrainedClassifier trained)
{
    private readonly ConfusionMatrix _matrix = trained.Validation!;

    /// <summary>The card in Markdown.</summary>
    public string Text()
    {
        var card = new StringBuilder();
        card.Append(CultureInfo.InvariantCulture, $"""
            # A classifier of texts: {string.Join(", ", data.Labels)}

            {model.Transformer.Architecture}, fine-tuned by Amend from `{model.Name}` (weights {ContentHash.Short(model.BaseHash)}, with the new head).

            ## Data
            {data.Origin}: {data.Train.Count} texts to learn from, {data.Validation.Count} to validate on (hash {ContentHash.Short(data.Hash())}).

            """);
        foreach (var note in data.Notes)
            card.AppendLine(note);
        if (trained.Cut > 0)
            card.AppendLine(CultureInfo.InvariantCulture, $"{trained.Cut} texts were longer than is read and were cut off.");
        Settings(card);
        Figures(card);
        return card.ToString();
    }

    private void Settings(StringBuilder card)
    {
        var (steps, best) = (trained.Curve.Steps, trained.Curve.BestStep);
        card.Append(CultureInfo.InvariantCulture, $"""

            ## Settings
            AdamW: rate {options.LearningRate}, {options.WarmUpOf(data.Train.Count)} steps of warm-up, then linear to 0 after {options.StepsOf(data.Train.Count)}; weight decay {options.WeightDecay}, none on biases and norms.
            Batches of {options.BatchSize}, gradients clipped to a norm of {options.ClipNorm}, dropout {options.Dropout!.Hidden} (attention {options.Dropout.Attention}), seed {options.Seed}.
            Loss: cross-entropy{(options.EntropyWeight > 0 ? $" minus {options.EntropyWeight} x entropy" : "")}.
            Trained: the head and {(options.Layers is { } layers ? $"layers {string.Join(", ", layers)}" : "everything else")}.
            {steps} steps were made in {trained.Curve.Seconds:F0} s; the weights are those of step {best}, the most accurate on the validation's texts.

            """);
    }

    private void Figures(StringBuilder card)
    {
        card.Append(CultureInfo.InvariantCulture, $"""

            ## Figures
            Accuracy on the validation's texts: {_matrix.Accuracy:P1} ({_matrix.Total} texts). The best step was chosen on the same texts.

            | label | texts | recall | precision | put under {string.Join(" | put under ", data.Labels)} |
            |---|---|---|---|{string.Concat(data.Labels.Select(_ => "---|"))}

            """);
        for (var label = 0; label < data.Labels.Count; label++)
            card.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {data.Labels[label]} | {_matrix.CountOf(label)} | {_matrix.Recall(label):P1} | {_matrix.Precision(label):P1} "
                + $"| {string.Join(" | ", _matrix.Counts[label])} |");
    }
}
