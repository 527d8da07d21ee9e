using Spectre.Console;

namespace Amend.Cli.Rendering;

/// <summary>Progress and failures, on standard error.</summary>
internal static class Messages
{
    private static readonly IAnsiConsole Console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) });

    /// <summary>One sentence that says what went wrong.</summary>
    public static void Error(string sentence)
    {
        if (System.Console.IsErrorRedirected)
            System.Console.Error.WriteLine($"amend: {sentence}");
        else
            Console.MarkupLineInterpolated($"[red]amend:[/] {sentence}");
    }

    /// <summary>A line of progress.</summary>
    public static void Progress(string line) => System.Console.Error.WriteLine(line);
}
