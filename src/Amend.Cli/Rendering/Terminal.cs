using System.Globalization;
using Spectre.Console;

namespace Amend.Cli.Rendering;

/// <summary>Results for people, on standard output; plain text where it is no terminal.</summary>
internal static class Terminal
{
    private const int PlainWidth = 120;

    /// <summary>The console; wide enough for whole lines where the output is piped.</summary>
    public static IAnsiConsole Console { get; } = Create();

    /// <summary>A heading.</summary>
    public static void Heading(string text) => Console.MarkupLineInterpolated($"\n[bold]{text}[/]");

    /// <summary>A line.</summary>
    public static void Line(string text = "") => Console.WriteLine(text);

    /// <summary>A table with thin lines.</summary>
    public static Table Table(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        return table;
    }

    /// <summary>Adds a row of plain texts.</summary>
    public static void Row(this Table table, params ReadOnlySpan<string> cells)
    {
        var escaped = new string[cells.Length];
        for (var i = 0; i < cells.Length; i++)
            escaped[i] = Markup.Escape(cells[i]);
        table.AddRow(escaped);
    }

    /// <summary>A probability in per cent.</summary>
    public static string Percent(double probability) => (100 * probability).ToString("F1", CultureInfo.InvariantCulture) + " %";

    private static IAnsiConsole Create()
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Out) });
        if (System.Console.IsOutputRedirected)
            console.Profile.Width = PlainWidth;
        return console;
    }
}
