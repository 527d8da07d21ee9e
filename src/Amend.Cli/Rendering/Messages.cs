using Spectre.Console;

namespace Amend.Cli.Rendering;

/// <summary>Progress and failures, on standard error.</summary>
internal static class Messages
{
    private static readonly IAnsiConsole Console = AnsiConsole.Create(new AnsiConsoleSettings
    {
        Out = new AnsiConsoleOutput(System.Console.Error),
    });

    /// <summary>Characters of a line of standard error, where it is a terminal.</summary>
    public static int Width => Console.Profile.Width;

    /// <summary>One sentence that says what went wrong, on one line whatever it quotes.</summary>
    public static void Error(string sentence)
    {
        var line = string.Concat(sentence.Select(c => char.IsControl(c) ? ' ' : c));
        if (System.Console.IsErrorRedirected)
            System.Console.Error.WriteLine($"amend: {line}");
        else
            Console.MarkupLineInterpolated($"[red]amend:[/] {line}");
    }

    /// <summary>A line of progress.</summary>
    public static void Progress(string line) => System.Console.Error.WriteLine(line);

    /// <summary>Notes on a model, each written when it is found.</summary>
    public static IProgress<string> Notes { get; } = new NoteLines();

    /// <summary>Counts as lines of progress, each written when it is reported.</summary>
    /// <param name="unit">What is counted.</param>
    public static IProgress<long> Counter(string unit) => new CountLines(unit);

    private sealed class NoteLines : IProgress<string>
    {
        public void Report(string value) => Progress($"note: {value}");
    }

    private sealed class CountLines(string unit) : IProgress<long>
    {
        public void Report(long value) => Progress($"{value} {unit}");
    }
}
