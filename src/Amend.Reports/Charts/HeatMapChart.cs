using System.Globalization;
using Amend.Reports.Plots;
using ScottPlot;

namespace Amend.Reports.Charts;

/// <summary>Values in rows and columns as cells of one colour, the fuller the larger; with a bar that says which is which.</summary>
public sealed record HeatMapChart
{
    private const int RowPixels = 21;
    private const int PlotPixels = 384;
    private const int LeastColumnPixels = 10;
    private const int MostColumnPixels = 32;
    private const int BarPixels = 14;
    private const int BarGapPixels = 16;
    private const int BarStepPixels = 3;
    private const int BarParts = 4;
    private const float MostNamePixels = 130;
    private const int LinePixels = 19;
    private const int Padding = 8;
    private const int MostTicks = 16;

    /// <summary>What it shows, in words.</summary>
    public required string Description { get; init; }

    /// <summary>Lines above it; none where the page says it.</summary>
    public IReadOnlyList<string> Title { get; init; } = [];

    /// <summary>The rows' names, from the top.</summary>
    public required IReadOnlyList<string> Rows { get; init; }

    /// <summary>The values, row by row, columns from the left.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> Values { get; init; }

    /// <summary>What is along the columns.</summary>
    public required string XTitle { get; init; }

    /// <summary>What the values are, at the bar.</summary>
    public required string ValueTitle { get; init; }

    /// <summary>The value without colour; smaller ones look like it.</summary>
    public required double Low { get; init; }

    /// <summary>The value of full colour; larger ones look like it.</summary>
    public required double High { get; init; }

    /// <summary>The colour.</summary>
    public required PlotColor Color { get; init; }

    /// <summary>What a cell tells in a page, by row and column.</summary>
    public required Func<int, int, string> Hover { get; init; }

    private int Columns => Values[0].Count;

    private int ColumnPixels => Math.Clamp(PlotPixels / Columns, LeastColumnPixels, MostColumnPixels);

    /// <summary>Draws it: the plot's coordinates are pixels from the upper left corner, downwards negative.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        string[] names = [.. Rows.Select(row => TextFit.Cut(row, MostNamePixels))];
        var (width, height) = (Columns * ColumnPixels, Rows.Count * RowPixels);
        var left =
            (int)Math.Ceiling(Math.Max(names.Max(name => PlotFonts.Width(name, PlotTheme.TextSize)) + Padding, Overhang(XTitle, width)));
        var top = ((Title.Count + 1) * LinePixels) + (2 * Padding);
        var bar = left + width + BarGapPixels;
        var right = bar
            + Math.Max(
                BarPixels + Padding + BarTicks(height).Max(tick => PlotFonts.Width(tick.Text, PlotTheme.SmallTextSize)),
                PlotFonts.Width(ValueTitle, PlotTheme.SmallTextSize));
        var all = (int)Math.Ceiling(
            Math.Max(
                Math.Max(right, left + width + Overhang(XTitle, width)),
                Title.Select(line => PlotFonts.Width(line, PlotTheme.TextSize)).DefaultIfEmpty(0).Max() + Padding))
            + Padding;
        DrawCells(plot, left, top);
        DrawBar(plot, bar, top, height);
        foreach (var (line, at) in Title.Select((line, at) => (line, at)))
            Write(plot, line, Padding, (Padding / 2) + ((at + 0.5f) * LinePixels), Alignment.MiddleLeft, isMain: at == 0);
        foreach (var (name, row) in names.Select((name, row) => (name, row)))
            Write(plot, name, left - 5, top + ((row + 0.5f) * RowPixels), Alignment.MiddleRight, isMain: true);
        foreach (var column in ShownColumns())
            Write(
                plot,
                column.ToString(CultureInfo.InvariantCulture),
                left + ((column + 0.5f) * ColumnPixels),
                top + height + (LinePixels / 2f),
                Alignment.MiddleCenter);
        Write(plot, XTitle, left + (width / 2f), top + height + (LinePixels * 1.5f), Alignment.MiddleCenter);
        Write(plot, ValueTitle, bar, top - (LinePixels / 2f) - 6, Alignment.MiddleLeft);
        foreach (var (at, text) in BarTicks(height))
            Write(plot, text, bar + BarPixels + 5, top + at, Alignment.MiddleLeft);
        var whole = top + height + (2 * LinePixels) + 2;
        plot.HideAxesAndGrid();
        plot.Layout.Fixed(new PixelPadding(0));
        plot.Axes.SetLimits(0, all, -whole, 0);
        return new PlotPicture(plot, all, whole, Description) { Hovers = [.. Hovers(left, top)] };
    }

    /// <summary>How far a text that is centred on the cells reaches past them.</summary>
    private static float Overhang(string text, int width) => Math.Max(0, (PlotFonts.Width(text, PlotTheme.SmallTextSize) - width) / 2) + 2;

    private void DrawCells(Plot plot, int left, int top)
    {
        for (var row = 0; row < Rows.Count; row++)
        {
            for (var column = 0; column < Columns; column++)
                Cell(
                    plot,
                    left + (column * ColumnPixels),
                    top + (row * RowPixels),
                    ColumnPixels - 1,
                    RowPixels - 1,
                    (Values[row][column] - Low) / Math.Max(High - Low, double.Epsilon));
        }
    }

    private void DrawBar(Plot plot, int left, int top, int height)
    {
        var steps = height / BarStepPixels;
        for (var step = 0; step < steps; step++)
            Cell(plot, left, top + (step * BarStepPixels), BarPixels, BarStepPixels, 1 - (step / (steps - 1.0)));
    }

    private void Cell(Plot plot, int left, int top, int width, int height, double fullness)
    {
        var cell = plot.Add.Rectangle(left, left + width, -top - height, -top);
        cell.LineWidth = 0;
        // Even an empty cell is seen, so that the map keeps its shape.
        cell.FillColor = Color.Paint.WithAlpha(0.05 + (0.95 * (double.IsNaN(fullness) ? 0 : Math.Clamp(fullness, 0, 1))));
    }

    private IEnumerable<(float At, string Text)> BarTicks(int height)
    {
        var parts = Rows.Count < 5 ? 1 : BarParts;
        return Enumerable.Range(0, parts + 1)
            .Select(part => (height * (1 - (part / (float)parts)), Short(Low + ((High - Low) * part / parts))));
    }

    private IEnumerable<int> ShownColumns()
    {
        var step = new[] { 1, 2, 5, 10, 20 }.First(step => (Columns + step - 1) / step <= MostTicks || step == 20);
        return Enumerable.Range(0, Columns).Where(column => column % step == 0);
    }

    private IEnumerable<HoverArea> Hovers(int left, int top) =>
        from row in Enumerable.Range(0, Rows.Count)
        from column in Enumerable.Range(0, Columns)
        select new HoverArea(left + (column * ColumnPixels), top + (row * RowPixels), ColumnPixels, RowPixels, Hover(row, column));

    private static void Write(Plot plot, string line, float x, float y, Alignment alignment, bool isMain = false)
    {
        var text = plot.Add.Text(line, x, -y);
        text.LabelAlignment = alignment;
        (text.LabelFontColor, text.LabelFontSize) =
            isMain ? (PlotTheme.Ink.Paint, PlotTheme.TextSize) : (PlotTheme.Muted.Paint, PlotTheme.SmallTextSize);
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);
}
