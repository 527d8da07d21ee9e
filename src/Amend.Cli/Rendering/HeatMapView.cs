using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Amend.Cli.Rendering;

/// <summary>A heat map on a terminal: each cell is a number, coloured where there is colour; legible without.</summary>
internal static class HeatMapView
{
    private const int CellWidth = 4;
    private const double LightText = 0.55;

    /// <summary>Prints probabilities in per cent, rows down, layers across; layers are left out where the terminal is too narrow.</summary>
    public static void Print(IReadOnlyList<string> rows, IReadOnlyList<IReadOnlyList<double>> values)
    {
        var names = rows.Max(row => row.Length);
        var layers = values[0].Count;
        var step = Math.Max(1, (int)Math.Ceiling(layers / (double)Math.Max(1, (Terminal.Width - names - 1) / CellWidth)));
        int[] shown = [.. Enumerable.Range(0, layers).Where(layer => layer % step == 0)];
        var (low, high) = (values.Min(row => row.Min()), values.Max(row => row.Max()));
        Terminal.Line(string.Concat(shown.Select(layer => Cell(layer)).Prepend(new string(' ', names))));
        foreach (var (row, name) in rows.Index())
        {
            var (text, markup) = (new StringBuilder(name.PadLeft(names)), new StringBuilder(Markup.Escape(name.PadLeft(names))));
            foreach (var layer in shown)
            {
                var cell = Cell((int)Math.Round(100 * values[row][layer]));
                text.Append(cell);
                markup.Append(Colored(cell, high > low ? (values[row][layer] - low) / (high - low) : 0));
            }

            Terminal.Line(text.ToString(), markup.ToString());
        }

        if (step > 1)
            Terminal.Line($"every {step} layers are shown; --out draws all of them");
    }

    private static string Cell(int number) => number.ToString(CultureInfo.InvariantCulture).PadLeft(CellWidth);

    /// <summary>From white to a deep purple, with text that stands out from both.</summary>
    private static string Colored(string cell, double fullness)
    {
        var (red, green, blue) = (Mix(252, 84, fullness), Mix(251, 39, fullness), Mix(253, 143, fullness));
        return $"[{(fullness > LightText ? "white" : "black")} on rgb({red},{green},{blue})]{cell}[/]";
    }

    private static int Mix(int from, int to, double share) => (int)Math.Round(from + ((to - from) * share));
}
