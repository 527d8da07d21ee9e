using System.Globalization;
using Spectre.Console;

namespace Amend.Cli.Rendering;

/// <summary>Results for people, on standard output; plain text where it is no terminal.</summary>
internal static class Terminal
{
    /// <summary>No line of a table is wrapped where the output is piped.</summary>
    private const int PlainWidth = 10_000;

    private static readonly bool Plain = Console.IsOutputRedirected;
    private static bool _written;
    private static bool _blankIsDue;

    /// <summary>Begins with nothing written.</summary>
    public static void Begin() => (_written, _blankIsDue) = (false, false);

    /// <summary>A heading.</summary>
    public static void Heading(string text)
    {
        Line();
        PartFromAbove();
        if (Plain)
            Console.Out.WriteLine(text);
        else
            AnsiConsole.MarkupLineInterpolated($"[bold]{text}[/]");
    }

    /// <summary>A line; a terminal wraps it, never this program. Empty ones only part what is written: one, and none at the ends.</summary>
    public static void Line(string text = "")
    {
        if (text.Length == 0)
        {
            _blankIsDue = _written;
            return;
        }

        PartFromAbove();
        Console.Out.WriteLine(text);
    }

    /// <summary>A line that has colours where there are any.</summary>
    /// <param name="text">The line without them.</param>
    /// <param name="markup">The same in Spectre's markup; it is written as one line whatever the terminal's width.</param>
    public static void Line(string text, string markup)
    {
        if (Plain || AnsiConsole.Profile.Capabilities.ColorSystem == ColorSystem.NoColors)
        {
            Line(text);
            return;
        }

        PartFromAbove();
        AnsiConsole.MarkupLine(markup);
    }

    /// <summary>Characters of a line; very many where the output is piped.</summary>
    public static int Width => Plain ? PlainWidth : AnsiConsole.Profile.Width;

    /// <summary>A table.</summary>
    public static TextTable Table(params ReadOnlySpan<string> columns) => new(columns);

    /// <summary>A list of names and values.</summary>
    public static TextTable List() => new();

    /// <summary>Writes a table.</summary>
    public static void Write(TextTable table)
    {
        Line();
        foreach (var line in table.Lines(Width))
            Line(line);
        Line();
    }

    /// <summary>Says how many rows a table leaves out; nothing where it leaves out none.</summary>
    public static void More(int left)
    {
        if (left > 0)
            Line($"and {left} more; --json has all");
    }

    private static void PartFromAbove()
    {
        if (_blankIsDue)
            Console.Out.WriteLine();
        (_written, _blankIsDue) = (true, false);
    }

    /// <summary>A probability in per cent, with its unit.</summary>
    public static string Percent(double probability) => Share(probability) + " %";

    /// <summary>A probability in per cent, for a column whose heading has the unit.</summary>
    public static string Share(double probability) => (100 * probability).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>A number of things: <c>no edits</c>, <c>1 edit</c>, <c>2 edits</c>.</summary>
    public static string Count(int number, string thing) => number switch
    {
        0 => $"no {thing}s",
        1 => $"1 {thing}",
        _ => $"{number} {thing}s",
    };
}
