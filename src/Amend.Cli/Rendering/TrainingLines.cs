using System.Globalization;
using Amend.Tensors.Optimization;

namespace Amend.Cli.Rendering;

/// <summary>
/// How far a training is: a line that is written over, with the rate and the time that is left; a validation keeps its line.
/// </summary>
internal sealed class TrainingLines : IProgress<TrainingProgress>
{
    private readonly ProgressLine _line = new();

    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        if (value.Validation is { Count: > 0 } figures)
            _line.Interrupt($"step {value.Step}: {Text(value.Training)}; validation: {Text(figures)}");
        _line.Write(() => Text(value), value.Step == value.Steps);
    }

    /// <summary>Figures with their names.</summary>
    public static string Text(IReadOnlyDictionary<string, double> figures) =>
        string.Join(", ", figures.Select(figure => $"{figure.Key} {Number(figure.Value)}"));

    /// <summary>A figure in four digits.</summary>
    public static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Text(TrainingProgress value) => string.Create(
        CultureInfo.InvariantCulture,
        $"step {value.Step} of {value.Steps}, {value.StepsPerSecond:F1} a second, {Duration.Text(value.Left)} left; "
            + $"{Text(value.Training)}");
}
