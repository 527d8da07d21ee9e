using System.Text;

namespace Amend.Models.Tokenizers.Text;

/// <summary>Puts an <see cref="AlignedText"/> together from left to right.</summary>
internal sealed class AlignedTextBuilder
{
    private readonly StringBuilder _text;
    private readonly List<(int Start, int End)> _sources;

    /// <summary>Creates an empty builder.</summary>
    /// <param name="capacity">The expected length.</param>
    public AlignedTextBuilder(int capacity)
    {
        _text = new StringBuilder(capacity);
        _sources = new List<(int, int)>(capacity);
    }

    /// <summary>The length so far.</summary>
    public int Length => _text.Length;

    /// <summary>Adds characters that all stand for one range of the source.</summary>
    public void Append(ReadOnlySpan<char> text, (int Start, int End) source)
    {
        _text.Append(text);
        for (var n = 0; n < text.Length; n++)
            _sources.Add(source);
    }

    /// <summary>Adds a code point.</summary>
    public void Append(Rune rune, (int Start, int End) source)
    {
        Span<char> units = stackalloc char[2];
        Append(units[..rune.EncodeToUtf16(units)], source);
    }

    /// <summary>Adds a part of another text as it is.</summary>
    public void Append(AlignedText text, int start, int end)
    {
        _text.Append(text.Text, start, end - start);
        for (var unit = start; unit < end; unit++)
            _sources.Add(text.SourceOf(unit));
    }

    /// <summary>Takes characters off the end.</summary>
    public void TrimEnd(int count)
    {
        _text.Length -= count;
        _sources.RemoveRange(_sources.Count - count, count);
    }

    /// <summary>Whether the text ends so.</summary>
    public bool EndsWith(char last) => _text.Length > 0 && _text[^1] == last;

    /// <summary>The text.</summary>
    public AlignedText Build() => new(_text.ToString(), [.. _sources]);
}
