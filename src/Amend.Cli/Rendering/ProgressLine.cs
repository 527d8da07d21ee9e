using System.Diagnostics;

namespace Amend.Cli.Rendering;

/// <summary>How far something is, on standard error: one line that is written over in a terminal, else a line now and then.</summary>
internal sealed class ProgressLine
{
    private static readonly TimeSpan EveryInTerminal = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan EveryInFile = TimeSpan.FromSeconds(5);

    private readonly bool _isFile = Console.IsErrorRedirected;
    private readonly Stopwatch _since = new();
    private int _written;

    /// <summary>Writes a line if it is the last, or some time after the one before.</summary>
    /// <param name="text">The line; what is wider than a terminal is left out there.</param>
    /// <param name="isLast">Whether nothing follows.</param>
    public void Write(Func<string> text, bool isLast)
    {
        if (_since.IsRunning && !isLast && _since.Elapsed < (_isFile ? EveryInFile : EveryInTerminal))
            return;
        _since.Restart();
        var line = text();
        if (_isFile)
        {
            Messages.Progress(line);
            return;
        }

        // A line as wide as the terminal would be wrapped, and no longer be written over.
        line = line[..Math.Min(line.Length, Math.Max(1, Messages.Width - 1))];
        Console.Error.Write($"\r{line.PadRight(_written)}{(isLast ? Environment.NewLine : "")}");
        _written = isLast ? 0 : line.Length;
    }

    /// <summary>Writes a line of another kind, below the one that is written over.</summary>
    public void Interrupt(string line)
    {
        Messages.Progress(_written > 0 ? Environment.NewLine + line : line);
        _written = 0;
    }
}
