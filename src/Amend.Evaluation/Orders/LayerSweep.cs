using System.Globalization;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Runs;

namespace Amend.Evaluation.Orders;

/// <summary>The layer to edit by trying: single edits at every layer, and the layer whose edit score S is highest.</summary>
/// <param name="Editor">The editor.</param>
/// <param name="Scores">S of each layer, in per cent, with its interval by bootstrap.</param>
public sealed record LayerSweep(string Editor, IReadOnlyList<MetricFigure> Scores)
{
    private static readonly IMetric Score = CounterFactMetrics.Score;

    /// <summary>The best layer; of several with the same score the first.</summary>
    public int Layer => Enumerable.Range(0, Scores.Count).MaxBy(layer => Scores[layer].Value);

    /// <summary>The order of a sweep.</summary>
    /// <param name="order">Data set, protocol and cases; its editors and metrics are replaced.</param>
    /// <param name="editor">The editor.</param>
    /// <param name="layers">The model's number of layers.</param>
    public static RunOrder Order(RunOrder order, string editor, int layers) => order with
    {
        Editors = string.Join(',', Enumerable.Range(0, layers).Select(layer => FormattableString.Invariant($"{editor}:layer={layer}"))),
        Metrics = Score.Info.Id,
    };

    /// <summary>What the run of a sweep's plan says.</summary>
    public static LayerSweep Of(RunResult result) => new(
        result.Run.Rows[0].Editor,
        [.. result.Rows.Select(row => Score.Over([.. row.Cases.Select(Last)], result.Run.Seed))]);

    private static CaseMeasurement Last(CaseResult one) => one.At(one.Answers.Keys.MaxBy(moment => moment.Order)!)!;

    /// <summary>Why this layer, in one sentence.</summary>
    public string Explain()
    {
        var best = Scores[Layer];
        int[] close = [.. Enumerable.Range(0, Scores.Count).Where(layer => Scores[layer].High >= best.Low)];
        var others = close.Length > 1 ? $" (the intervals of layers {string.Join(", ", close)} meet)" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Layer {Layer}: single edits by {Editor} there have the highest edit score, "
            + $"{best.Value:F1} ({best.Low:F1} to {best.High:F1}) over {best.Count} cases{others}.");
    }
}
