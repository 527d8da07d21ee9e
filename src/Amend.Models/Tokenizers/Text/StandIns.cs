using System.Globalization;
using System.Text;

namespace Amend.Models.Tokenizers.Text;

/// <summary>
/// Characters up to U+FFFF that an expression sees in place of those beyond, which .NET's expressions see as two halves: one for each kind
/// that the expression can tell apart, by the category and by which of the ranges that it names a character is in.
/// </summary>
internal sealed class StandIns
{
    private const int FirstBeyond = 0x10000;
    private const int Unnamed = -1;

    /// <summary>Yi and later scripts come first: few expressions name them.</summary>
    private const int FirstTried = 0xA000;

    private readonly List<(int First, int Last)> _named = [];
    private readonly List<int> _borders;
    private readonly Dictionary<(UnicodeCategory Category, int Part), char> _of = [];
    private readonly Dictionary<UnicodeCategory, Queue<char>> _free;

    private StandIns(string expression)
    {
        foreach (var element in ElementsOf(expression).Where(element => element.Names is not null))
            _named.Add(element.Names!.Value);
        _borders = [.. _named.SelectMany(range => new[] { range.First, range.Last + 1 }).Where(at => at > FirstBeyond).Append(FirstBeyond)
            .Distinct().Order()];
        var named = _named.Where(range => range.First < FirstBeyond).ToList();
        _free = Enumerable.Range(FirstTried, FirstBeyond - FirstTried).Concat(Enumerable.Range(0x100, FirstTried - 0x100))
            .Where(value => !named.Exists(range => value >= range.First && value <= range.Last))
            .GroupBy(value => char.GetUnicodeCategory((char)value))
            .ToDictionary(same => same.Key, same => new Queue<char>(same.Select(value => (char)value)));
        Expression = string.Concat(ElementsOf(expression).Select(Rewritten));
        foreach (var category in Enum.GetValues<UnicodeCategory>())
            Kept(category, Unnamed);
    }

    /// <summary>The expression with the stand-ins of the characters that it names.</summary>
    public string Expression { get; }

    /// <summary>The stand-ins that an expression needs.</summary>
    public static StandIns For(string expression) => new(expression);

    /// <summary>The stand-in of a character beyond U+FFFF.</summary>
    public char Of(Rune rune) => _of[(Rune.GetUnicodeCategory(rune), PartOf(rune.Value))];

    private char Kept(UnicodeCategory category, int part)
    {
        if (!_of.TryGetValue((category, part), out var standIn))
        {
            // Of a category that has no other character, all parts look alike.
            standIn = _free.TryGetValue(category, out var free) && free.Count > 1 ? free.Dequeue() : free?.Peek() ?? '\uFFFD';
            _of.Add((category, part), standIn);
        }

        return standIn;
    }

    /// <summary>Which part between the borders of named ranges a value is in; one part is all that no range names.</summary>
    private int PartOf(int value)
    {
        var part = _borders.BinarySearch(value);
        part = part >= 0 ? part : ~part - 1;
        return _named.Exists(range => value >= range.First && value <= range.Last) ? part : Unnamed;
    }

    private string Rewritten(Element element)
    {
        if (element.Names is not { } range || range.Last < FirstBeyond)
            return element.Text;
        var below = range.First < FirstBeyond ? $"{(char)range.First}-\uFFFF" : "";
        var beyond = Enumerable.Range(Math.Max(range.First, FirstBeyond), range.Last - Math.Max(range.First, FirstBeyond) + 1)
            .Select(value => (Category: CharUnicodeInfo.GetUnicodeCategory(value), Part: PartOf(value))).Distinct()
            .Select(kind => Kept(kind.Category, kind.Part)).Distinct();
        var all = below + string.Concat(beyond);
        return element.IsInClass ? all : $"[{all}]";
    }

    /// <summary>
    /// The parts of an expression, one behind the other: a character or a range of a class that is named, or anything else.
    /// </summary>
    private static IEnumerable<Element> ElementsOf(string expression)
    {
        Rune[] runes = [.. expression.EnumerateRunes()];
        var depth = 0;
        for (var at = 0; at < runes.Length; at++)
        {
            var value = runes[at].Value;
            if (value == '\\' && at + 1 < runes.Length)
            {
                yield return new Element($"{runes[at]}{runes[++at]}", null, depth > 0);
                continue;
            }

            depth += value == '[' ? 1 : value == ']' && depth > 0 ? -1 : 0;
            var isRange = depth > 0 && at + 2 < runes.Length && runes[at + 1].Value == '-'
                && runes[at + 2].Value is not (']' or '[' or '\\');
            if (!isRange || value == '[')
            {
                yield return new Element(runes[at].ToString(), value < 0x80 ? null : (value, value), depth > 0);
                continue;
            }

            yield return new Element($"{runes[at]}-{runes[at + 2]}", (value, runes[at + 2].Value), IsInClass: true);
            at += 2;
        }
    }

    /// <summary>A part of an expression.</summary>
    /// <param name="Text">It as it is written.</param>
    /// <param name="Names">The characters that it names; null where it names none.</param>
    /// <param name="IsInClass">Whether it is within a class.</param>
    private readonly record struct Element(string Text, (int First, int Last)? Names, bool IsInClass);
}
