using System.Globalization;

namespace Amend.Tensors.Optimization;

/// <summary>Writes a training's progress as lines: figures, rate and time to the end now and then, and each validation.</summary>
/// <param name="log">Where the lines go.</param>
/// <param name="every">Steps between lines of progress.</param>
public sealed class TrainingLog(TextWriter log, int every) : IProgress<TrainingProgress>
{
    /// <inheritdoc/>
    public void Report(TrainingProgress value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Step % every == 0)
            log.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"step {value.Step}/{value.Steps}  {Line(value.Training)}  {value.StepsPerSecond:G3} steps/s  "
                + $"{(int)value.Left.TotalHours}:{value.Left:mm\\:ss} left"));
        if (value.Validation is { Count: > 0 } validation)
            log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"step {value.Step}: {Line(validation)}"));
    }

    private static string Line(IReadOnlyDictionary<string, double> figures) => string.Join(
        "  ", figures.Select(figure => string.Create(CultureInfo.InvariantCulture, $"{figure.Key} {figure.Value:F4}")));
}
