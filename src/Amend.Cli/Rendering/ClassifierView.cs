using Amend.Models.Training;

namespace Amend.Cli.Rendering;

/// <summary>A trained classifier for people.</summary>
internal static class ClassifierView
{
    /// <summary>Prints accuracy, each label's figures and where its texts were put.</summary>
    public static void Print(TrainedClassifier trained, ConfusionMatrix matrix)
    {
        Terminal.Line($"accuracy {Terminal.Percent(matrix.Accuracy)} on {Terminal.Count(matrix.Total, "text")} of validation, "
            + $"step {trained.Curve.BestStep} of {trained.Curve.Steps}");
        int[] labels = [.. Enumerable.Range(0, matrix.Labels.Count)];
        var table = Terminal.Table([
            "label", "texts", "recall %", "precision %", .. matrix.Labels.Select(label => $"as {label}")]);
        table.Numbers([.. Enumerable.Range(1, labels.Length + 3)]);
        foreach (var label in labels)
        {
            table.Row([
                matrix.Labels[label], $"{matrix.CountOf(label)}", Terminal.Share(matrix.Recall(label)),
                Terminal.Share(matrix.Precision(label)), .. matrix.Counts[label].Select(count => $"{count}")]);
        }

        Terminal.Write(table);
        if (trained.Cut > 0)
            Terminal.Line($"{Terminal.Count(trained.Cut, "text")} longer than is read: cut off.");
        Terminal.Line($"{trained.Folder}: ask it with: amend ask {trained.Folder} \"TEXT\"");
    }
}
