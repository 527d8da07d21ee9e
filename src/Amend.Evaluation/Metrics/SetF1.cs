namespace Amend.Evaluation.Metrics;

/// <summary>
/// F1 over token ids of a generation and its label (Hartvigsen et al. 2023; <c>metrics.py</c> of Thartvigsen/GRACE):
/// 2PR / (P + R) with P = overlap / generated tokens and R = overlap / label tokens. The overlap counts each common id once, the
/// lengths count repeats. From 0 to 1; higher is better. Freely generated, greedy.
/// </summary>
public static class SetF1
{
    /// <summary>The id that marks label places to be left out.</summary>
    public const int Ignored = -100;

    /// <summary>F1 of two sequences without padding; 0 where one is empty.</summary>
    public static double Of(IReadOnlyCollection<int> generated, IReadOnlyCollection<int> label)
    {
        double overlap = generated.Intersect(label).Count();
        if (overlap == 0)
            return 0;
        var (precision, recall) = (overlap / generated.Count, overlap / label.Count);
        return 2 * precision * recall / (precision + recall);
    }

    /// <summary>
    /// F1 as released: padding (and the start token, where it is the padding) is taken from a generation of more than one token,
    /// ignored places from the label. A generation or label that then has one token gives 0, because the released code fails
    /// there and takes a failure for 0.
    /// </summary>
    public static double AsReleased(IReadOnlyList<int> generated, IReadOnlyList<int> label, int paddingId)
    {
        int[] kept = [.. generated.Where(id => generated.Count < 2 || id != paddingId)];
        int[] wanted = [.. label.Where(id => id != Ignored)];
        return kept.Length == 1 || wanted.Length == 1 ? 0 : Of(kept, wanted);
    }

    /// <summary>
    /// The released test whether a question is answered wrongly and hence edited: the raw generation, start token and padding
    /// included, differs from the raw label. Null for a generation of one token, where the released code fails.
    /// </summary>
    public static bool? IsErrorAsReleased(IReadOnlyList<int> generated, IReadOnlyList<int> label) =>
        generated.Count < 2 ? null : !generated.SequenceEqual(label);
}
