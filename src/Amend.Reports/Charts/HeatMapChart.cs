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
    private const int BarGapPixels = 14;
    private const int BarSteps = 32;
    private const float MostNamePixels = 130;
    private const float BottomPixels = 44;
    private const float LinePixels = 18;
    private const float Padding = 8;
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

    /// <summary>Draws it.</summary>
    public PlotPicture Draw()
    {
        var plot = PlotTheme.NewPlot();
        var (width, height) = (Columns * ColumnPixels, Rows.Count * RowPixels);
        string[] names = [.. Rows.Select(row => TextFit.Cut(row, MostNamePixels))];
        var ticks = BarTicks();
        var left = Math.Max(names.Max(name => PlotFonts.Width(name, PlotTheme.TextSize)) + Padding, Overhang(width));
        var right = Math.Max(ticks.Max(tick => PlotFonts.Width(tick.Text, PlotTheme.SmallTextSize)) + Padding + LinePixels + 4, Overhang(width + BarGapPixels + BarPixels));
        var top = (Title.Count * LinePixels) + 6;
        DrawCells(plot);
        DrawBar(plot, width, height);
        plot.Axes.SetLimits(0, width + BarGapPixels + BarPixels, -height, 0);
        Write(plot.Axes.Left, names.Select((name, row) => (-(row + 0.5) * RowPixels, name)), PlotTheme.Ink, PlotTheme.TextSize);
        Write(plot.Axes.Right, ticks, PlotTheme.Muted, PlotTheme.SmallTextSize);
        plot.Axes.Right.Label.Text = ValueTitle;
        Write(plot.Axes.Bottom, ColumnTicks(), PlotTheme.Muted, PlotTheme.SmallTextSize);
        plot.Axes.Bottom.Label.Text = XTitle;
        plot.HideGrid();
        plot.Layout.Fixed(new PixelPadding(left, right, BottomPixels, top));
        var all = (int)Math.Ceiling(left + width + BarGapPixels + BarPixels + right);
        WriteTitle(plot, left, all);
        return new PlotPicture(plot, all, height + (int)(BottomPixels + top), Description) { Hovers = [.. Hovers(left, top)] };
    }

    /// <summary>How far the texts that are centred on the plot reach past it.</summary>
    private float Overhang(float width) =>
        Title.Append(XTitle).Max(line => Math.Max(0, (PlotFonts.Width(line, PlotTheme.TextSize) - width) / 2)) + Padding;

    private void DrawCells(Plot plot)
    {
        for (var row = 0; row < Rows.Count; row++)
        {
            for (var column = 0; column < Columns; column++)
                Cell(plot, column * ColumnPixels, -row * RowPixels, ColumnPixels - 1, RowPixels - 1, (Values[row][column] - Low) / Math.Max(High - Low, double.Epsilon));
        }
    }

    private void DrawBar(Plot plot, int width, int height)
    {
        for (var step = 0; step < BarSteps; step++)
            Cell(plot, width + BarGapPixels, -height * (BarSteps - 1 - step) / (double)BarSteps, BarPixels, height / (double)BarSteps, step / (BarSteps - 1.0));
    }

    private void Cell(Plot plot, double left, double top, double width, double height, double fullness)
    {
        var cell = plot.Add.Rectangle(left, left + width, top - height, top);
        cell.LineWidth = 0;
        // Even an empty cell is seen, so that the map keeps its shape.
        cell.FillColor = Color.Paint.WithAlpha(0.05 + (0.95 * (double.IsNaN(fullness) ? 0 : Math.Clamp(fullness, 0, 1))));
    }

    private List<(double At, string Text)> BarTicks()
    {
        var height = Rows.Count * RowPixels;
        var parts = Rows.Count < 5 ? 1 : 4;
        return [.. Enumerable.Range(0, parts + 1).Select(part => (-height + (height * part / (double)parts), Short(Low + ((High - Low) * part / parts))))];
    }

    private IEnumerable<(double At, string Text)> ColumnTicks()
    {
        var step = new[] { 1, 2, 5, 10, 20 }.First(step => (Columns + step - 1) / step <= MostTicks || step == 20);
        return Enumerable.Range(0, Columns).Where(column => column % step == 0)
            .Select(column => ((column + 0.5) * ColumnPixels, column.ToString(CultureInfo.InvariantCulture)));
    }

    private IEnumerable<HoverArea> Hovers(float left, float top) =>
        from row in Enumerable.Range(0, Rows.Count)
        from column in Enumerable.Range(0, Columns)
        select new HoverArea(left + (column * ColumnPixels), top + (row * RowPixels), ColumnPixels, RowPixels, Hover(row, column));

    private void WriteTitle(Plot plot, float left, int width)
    {
        foreach (var (line, at) in Title.Select((line, at) => (line, at)))
        {
            var text = plot.Add.Annotation(line, Alignment.UpperLeft);
            (text.LabelFontColor, text.LabelFontSize) = (PlotTheme.Ink.Paint, at == 0 ? PlotTheme.TextSize : PlotTheme.SmallTextSize);
            (text.LabelBackgroundColor, text.LabelBorderWidth, text.LabelShadowColor) = (ScottPlot.Colors.Transparent, 0, ScottPlot.Colors.Transparent);
            text.OffsetX = Math.Max(-left, -left + ((width - PlotFonts.Width(line, text.LabelFontSize)) / 2));
            text.OffsetY = ((at - Title.Count) * LinePixels) - 4;
        }
    }

    private static void Write(IAxis axis, IEnumerable<(double At, string Text)> ticks, PlotColor color, float size)
    {
        var all = ticks.ToList();
        axis.SetTicks([.. all.Select(tick => tick.At)], [.. all.Select(tick => tick.Text)]);
        (axis.TickLabelStyle.ForeColor, axis.TickLabelStyle.FontSize) = (color.Paint, size);
    }

    private static string Short(double value) => value.ToString(Math.Abs(value) < 0.1 ? "0.000" : "0.00", CultureInfo.InvariantCulture);
}
