namespace Amend.Models.Training;

/// <summary>How often texts of each label were put under each label.</summary>
public sealed class ConfusionMatrix
{
    private readonly int[][] _counts;

    /// <summary>Counts predictions.</summary>
    /// <param name="labels">The labels by id, C.</param>
    /// <param name="predictions">The right and the predicted id of each text.</param>
    public ConfusionMatrix(IReadOnlyList<string> labels, IEnumerable<(int Right, int Predicted)> predictions)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(predictions);
        Labels = labels;
        _counts = [.. labels.Select(_ => new int[labels.Count])];
        foreach (var (right, predicted) in predictions)
            _counts[right][predicted]++;
    }

    /// <summary>The labels by id.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Texts of each right label (outer) under each predicted one (inner).</summary>
    public IReadOnlyList<IReadOnlyList<int>> Counts => _counts;

    /// <summary>All texts.</summary>
    public int Total => _counts.Sum(row => row.Sum());

    /// <summary>The share of texts under their right label, 0 to 1; 0 of none.</summary>
    public double Accuracy => Share(_counts.Select((row, label) => row[label]).Sum(), Total);

    /// <summary>The texts of a label.</summary>
    public int CountOf(int label) => _counts[label].Sum();

    /// <summary>The share of a label's texts that are under it, 0 to 1; 0 of none.</summary>
    public double Recall(int label) => Share(_counts[label][label], CountOf(label));

    /// <summary>The share of the texts under a label that are its own, 0 to 1; 0 of none.</summary>
    public double Precision(int label) => Share(_counts[label][label], _counts.Sum(row => row[label]));

    private static double Share(int part, int whole) => whole == 0 ? 0 : (double)part / whole;
}
