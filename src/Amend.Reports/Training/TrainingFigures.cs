using System.Globalization;
using Amend.Editing.HyperNetworks;
using Amend.Reports.Charts;
using Amend.Reports.Plots;
using Amend.Tensors.Optimization;

namespace Amend.Reports.Training;

/// <summary>Curves of trainings as pictures.</summary>
public static class TrainingFigures
{
    private const double Hundred = 100;

    /// <summary>Success and locality on the validation data, in per cent, by step; null where the training has neither.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="title">A line above it, for a picture that stands alone.</param>
    public static PlotPicture? Shares(TrainingCurve curve, string title = "") => Draw(curve, title, "per cent of validation", Hundred,
    [
        (NetworkFigures.Success, Figure: NetworkFigures.Success, OfValidation: true),
        (NetworkFigures.Locality, Figure: NetworkFigures.Locality, OfValidation: true),
    ]);

    /// <summary>The loss of training and of validation, by step; null where the training has neither.</summary>
    /// <param name="curve">The curve.</param>
    /// <param name="title">A line above it, for a picture that stands alone.</param>
    public static PlotPicture? Losses(TrainingCurve curve, string title = "") => Draw(curve, title, "loss", 1,
    [
        ("training", Figure: NetworkFigures.Loss, OfValidation: false),
        ("validation", Figure: NetworkFigures.Loss, OfValidation: true),
    ]);

    private static PlotPicture? Draw(
        TrainingCurve curve, string title, string unit, double factor, IEnumerable<(string Name, string Figure, bool OfValidation)> lines)
    {
        var series = lines
            .Select(line => (line.Name, Values: Values(curve, line.Figure, line.OfValidation, factor)))
            .Where(line => line.Values.Length > 0)
            .Select((line, at) => new LineSeries(line.Name, line.Values, [.. line.Values.Select(_ => double.NaN)], PlotTheme.SeriesAt(at)))
            .ToList();
        if (series.Count == 0)
            return null;
        return new LineChart
        {
            Description = $"{unit} by step: " + string.Join("; ", series.Select(line =>
                string.Create(CultureInfo.InvariantCulture, $"{line.Name} from {line.Values[0]:G4} to {line.Values[^1]:G4}"))) + ".",
            Title = title,
            XTitle = "step",
            YTitle = unit,
            Places = [.. curve.Points.Select(point => (double)point.Step)],
            Series = series,
        }.Draw();
    }

    /// <summary>A figure at each point; empty where a point lacks it.</summary>
    private static double[] Values(TrainingCurve curve, string figure, bool ofValidation, double factor)
    {
        double[] values =
        [
            .. curve.Points.Select(point => ofValidation ? point.Validation : point.Training)
                .Where(figures => figures.ContainsKey(figure))
                .Select(figures => factor * figures[figure]),
        ];
        return values.Length == curve.Points.Count ? values : [];
    }
}
