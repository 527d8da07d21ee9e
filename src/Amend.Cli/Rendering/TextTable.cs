using Spectre.Console.Rendering;

namespace Amend.Cli.Rendering;

/// <summary>
/// Rows under headings, as plain text for a terminal of any width: columns, whose texts are wrapped between words and never inside
/// one, or, where the words do not fit beside each other, a block of lines for each row.
/// </summary>
internal sealed class TextTable
{
    /// <summary>Columns of wrapped text are not made narrower.</summary>
    private const int LeastWidth = 12;
    private const string Indent = "  ";
    private const string Gap = "   ";

    private readonly string[] _headings;
    private readonly List<string[]> _rows = [];
    private readonly HashSet<int> _rightAligned = [];
    private readonly HashSet<int> _whole = [];

    /// <summary>Creates a table without rows.</summary>
    /// <param name="headings">The columns' headings; without any, it is a list of names and values.</param>
    public TextTable(params ReadOnlySpan<string> headings) => _headings = headings.ToArray();

    /// <summary>Aligns columns of numbers, which are never wrapped.</summary>
    public TextTable Numbers(params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
            _rightAligned.Add(column);
        return Whole(columns);
    }

    /// <summary>Has the cells of columns never wrapped, such as ids.</summary>
    public TextTable Whole(params ReadOnlySpan<int> columns)
    {
        foreach (var column in columns)
            _whole.Add(column);
        return this;
    }

    /// <summary>Adds a row; a cell may have several lines.</summary>
    public void Row(params ReadOnlySpan<string> cells) => _rows.Add(cells.ToArray());

    /// <summary>Adds a line over all columns, of what the rows below it are.</summary>
    public void Section(string text) => _rows.Add([text]);

    /// <summary>The table's lines, none of which ends with a space.</summary>
    /// <param name="width">The terminal's width; only a word that is wider than it makes a longer line.</param>
    public IEnumerable<string> Lines(int width)
    {
        if (_headings.Length == 0)
            return List(width);
        return Widths(width - Indent.Length - (Gap.Length * (_headings.Length - 1))) is { } widths ? Columns(widths) : Blocks(width);
    }

    private IEnumerable<string> List(int width)
    {
        var names = _rows.Max(row => WidthOf(row[0]));
        return _rows.SelectMany(row => Named(row[0], names, row[1], width));
    }

    private IEnumerable<string> Columns(int[] widths)
    {
        foreach (var line in Beside(_headings, widths))
            yield return line;
        yield return new string('─', Indent.Length + widths.Sum() + (Gap.Length * (widths.Length - 1)));
        foreach (var line in _rows.SelectMany(row => IsSection(row) ? ["", Indent + row[0]] : Beside(row, widths)))
            yield return line;
    }

    private IEnumerable<string> Blocks(int width)
    {
        var names = _headings.Max(WidthOf);
        foreach (var row in _rows)
        {
            if (IsSection(row))
            {
                yield return Indent + row[0];
                yield return "";
                continue;
            }

            var lines =
                from cell in row.Index()
                where cell.Item.Length > 0
                from line in Named(_headings[cell.Index], names, cell.Item, width, _whole.Contains(cell.Index))
                select line;
            foreach (var line in lines)
                yield return line;

            yield return "";
        }
    }

    /// <summary>How wide each column is; null where they do not fit.</summary>
    private int[]? Widths(int room)
    {
        int[] most = [.. _headings.Index().Select(column => Cells(column.Index).Append(column.Item).Max(WidthOf))];
        if (most.Sum() <= room)
            return most;
        int[] widths = [.. most.Select((wide, column) => LeastOf(column, wide))];
        var spare = room - widths.Sum();
        if (spare < 0)
            return null;
        while (spare > 0)
        {
            // One by one to the column that is furthest from what it asks for.
            var (column, _) = most.Zip(widths, (asked, given) => asked - given).Index().MaxBy(lack => lack.Item);
            widths[column]++;
            spare--;
        }

        return widths;
    }

    private int LeastOf(int column, int most)
    {
        var heading = _headings[column].Split(' ').Max(WidthOf);
        var cells = _whole.Contains(column) ? Cells(column) : Cells(column).SelectMany(cell => cell.Split(' '));
        var widest = cells.Select(WidthOf).DefaultIfEmpty().Max();
        return Math.Max(heading, _whole.Contains(column) ? widest : Math.Max(Math.Min(most, LeastWidth), widest));
    }

    private bool IsSection(string[] row) => row.Length < _headings.Length;

    private IEnumerable<string> Cells(int column) => _rows.Where(row => !IsSection(row)).SelectMany(row => row[column].Split('\n'));

    private IEnumerable<string> Beside(string[] cells, int[] widths)
    {
        string[][] wrapped = [.. cells.Zip(widths, (cell, width) => Wrap(cell, width).ToArray())];
        for (var line = 0; line < wrapped.Max(cell => cell.Length); line++)
        {
            var parts = wrapped.Select((cell, column) =>
                Padded(cell.ElementAtOrDefault(line) ?? "", widths[column], _rightAligned.Contains(column)));
            yield return (Indent + string.Join(Gap, parts)).TrimEnd();
        }
    }

    /// <summary>A value beside its name, or below it where it would have to be broken.</summary>
    private static IEnumerable<string> Named(string name, int names, string value, int width, bool whole = false)
    {
        var room = width - Indent.Length - names - Gap.Length;
        var words = (whole ? [value] : value.Split(' ', '\n')).Max(WidthOf);
        if (words <= room && Math.Min(WidthOf(value), LeastWidth) <= room)
        {
            return Wrap(value, room)
                .Select((line, at) => $"{Indent}{Padded(at == 0 ? name : "", names, right: false)}{Gap}{line}".TrimEnd());
        }

        return Wrap(value, width).Prepend(Indent + name);
    }

    /// <summary>Lines of whole words.</summary>
    private static IEnumerable<string> Wrap(string text, int width)
    {
        foreach (var line in text.Split('\n'))
        {
            var wrapped = "";
            foreach (var word in line.Split(' '))
            {
                if (wrapped.Length > 0 && WidthOf(wrapped) + 1 + WidthOf(word) > width)
                {
                    yield return wrapped;
                    wrapped = word;
                }
                else
                {
                    wrapped = wrapped.Length == 0 ? word : $"{wrapped} {word}";
                }
            }

            yield return wrapped;
        }
    }

    private static string Padded(string text, int width, bool right)
    {
        var space = new string(' ', Math.Max(0, width - WidthOf(text)));
        return right ? space + text : text + space;
    }

    /// <summary>The places that a text takes in a terminal, where some letters take two; of several lines the widest.</summary>
    private static int WidthOf(string text) => text.Split('\n').Max(line => new Segment(line).CellCount());
}
