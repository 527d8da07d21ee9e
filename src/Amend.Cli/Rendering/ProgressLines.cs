using Amend.Evaluation.Runs;

namespace Amend.Cli.Rendering;

/// <summary>How far a run is.</summary>
internal sealed class ProgressLines : IProgress<RunProgress>
{
    private readonly ProgressLine _line = new();

    /// <inheritdoc/>
    public void Report(RunProgress value) => _line.Write(() => Text(value), value.Done == value.Total);

    private static string Text(RunProgress value)
    {
        var left = value.Left is { } time ? $", {Duration.Text(time)} left" : "";
        return $"{value.What}: {value.Done} of {value.Total}, {value.CasesPerSecond:F1} a second{left}";
    }
}
