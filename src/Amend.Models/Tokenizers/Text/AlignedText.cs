namespace Amend.Models.Tokenizers.Text;

/// <summary>
/// A text on its way through normalization, in which every UTF-16 unit knows the characters of the source text it stands for.
/// </summary>
internal sealed class AlignedText
{
    private readonly (int Start, int End)[] _sources;

    /// <summary>Puts a text beside its sources.</summary>
    /// <param name="text">The text.</param>
    /// <param name="sources">For each UTF-16 unit the range of the source it stands for; empty for what was put in.</param>
    public AlignedText(string text, (int Start, int End)[] sources)
    {
        if (text.Length != sources.Length)
            throw new ArgumentException($"{text.Length} units have {sources.Length} sources.", nameof(sources));
        Text = text;
        _sources = sources;
    }

    /// <summary>The text as it is now.</summary>
    public string Text { get; }

    /// <summary>Its length in UTF-16 units.</summary>
    public int Length => Text.Length;

    /// <summary>A part of a source as it is; lone surrogates become U+FFFD.</summary>
    public static AlignedText Of(string source, int start, int end)
    {
        var text = source.ToCharArray(start, end - start);
        var sources = new (int, int)[text.Length];
        for (var at = 0; at < text.Length;)
        {
            var length = CodePoints.LengthAt(text, at, out var isWhole);
            for (var unit = at; unit < at + length; unit++)
                sources[unit] = (start + at, start + at + length);
            if (!isWhole)
                text[at] = CodePoints.Replacement;
            at += length;
        }

        return new AlignedText(new string(text), sources);
    }

    /// <summary>The part between two units.</summary>
    public AlignedText Slice(int start, int end) =>
        start == 0 && end == Length ? this : new(Text[start..end], _sources[start..end]);

    /// <summary>The range of the source that a unit stands for.</summary>
    public (int Start, int End) SourceOf(int unit) => _sources[unit];

    /// <summary>The range of the source that a range of units stands for.</summary>
    public (int Start, int End) SourceOf(int start, int end) =>
        (_sources[start].Start, Math.Max(_sources[start].Start, _sources[end - 1].End));
}
