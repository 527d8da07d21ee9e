using System.Diagnostics;
using Amend.Evaluation.Runs;

namespace Amend.Cli.Rendering;

/// <summary>How far a run is, on standard error: one line that is written over in a terminal, else a line now and then.</summary>
internal sealed class ProgressLines : IProgress<RunProgress>
{
    private static readonly TimeSpan EveryInTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EveryInFile = TimeSpan.FromSeconds(5);
    private readonly bool _isFile = Console.IsErrorRedirected;
    private readonly Stopwatch _since = new();

    /// <inheritdoc/>
    public void Report(RunProgress value)
    {
        var isLast = value.Done == value.Total;
        if (_since.IsRunning && !isLast && _since.Elapsed < (_isFile ? EveryInFile : EveryInTerminal))
            return;
        _since.Restart();
        var line = $"{value.What}: {value.Done} of {value.Total}, {value.CasesPerSecond:F1} a second{(value.Left is { } left ? $", {Text(left)} left" : "")}";
        if (_isFile)
            Messages.Progress(line);
        else
            Console.Error.Write($"\r{line,-78}{(isLast ? Environment.NewLine : "")}");
    }

    private static string Text(TimeSpan left) => left.TotalHours >= 1 ? $"{(int)left.TotalHours} h {left.Minutes} min" : left.TotalMinutes >= 1 ? $"{left.Minutes} min {left.Seconds} s" : $"{left.Seconds} s";
}
