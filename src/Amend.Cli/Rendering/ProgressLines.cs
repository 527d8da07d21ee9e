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
        var left = value.Left is { } time ? $", {Text(time)} left" : "";
        return $"{value.What}: {value.Done} of {value.Total}, {value.CasesPerSecond:F1} a second{left}";
    }

    private static string Text(TimeSpan left) => left.TotalHours >= 1 ? $"{(int)left.TotalHours} h {left.Minutes} min"
        : left.TotalMinutes >= 1 ? $"{left.Minutes} min {left.Seconds} s"
        : $"{left.Seconds} s";
}
