using System.Diagnostics;
using Amend.Models.Hub;

namespace Amend.Cli.Rendering;

/// <summary>How far a download is, on standard error: one line a file that is written over in a terminal, else a line now and then.</summary>
internal sealed class DownloadLines : IProgress<HubProgress>
{
    private const double Megabyte = 1_000_000;

    private static readonly TimeSpan EveryInTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EveryInFile = TimeSpan.FromSeconds(5);

    private readonly bool _isFile = Console.IsErrorRedirected;
    private readonly Stopwatch _since = new();

    /// <inheritdoc/>
    public void Report(HubProgress value)
    {
        if (value.File is null)
        {
            Messages.Progress($"{value.Model}: another process downloads it; waiting");
            return;
        }

        if (value.Trouble is { } trouble)
        {
            Messages.Progress($"{(_isFile ? "" : Environment.NewLine)}{value.Model}: {value.File}: {trouble}; trying again");
            return;
        }

        var isLast = value.Done == value.Total;
        if (_since.IsRunning && !isLast && _since.Elapsed < (_isFile ? EveryInFile : EveryInTerminal))
            return;
        _since.Restart();
        var line = $"{value.Model}: {value.File}: {value.Done / Megabyte:F1} of {value.Total / Megabyte:F1} MB";
        if (!_isFile)
            Console.Error.Write($"\r{line,-78}{(isLast ? Environment.NewLine : "")}");
        else
            Messages.Progress(line);
    }
}
