using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Writes spaces as the mark that SentencePiece uses, puts one in front, and splits before each.</summary>
/// <param name="mark">The mark, usually U+2581.</param>
/// <param name="prefix">Where a mark is put in front.</param>
/// <param name="splits">Whether the text is split before each mark.</param>
internal sealed class MetaspacePreTokenizer(char mark, MetaspacePrefix prefix, bool splits) : IPreTokenizer
{
    /// <inheritdoc/>
    public IEnumerable<AlignedText> Split(AlignedText text, TextPlace place)
    {
        var built = new AlignedTextBuilder(text.Length + 1);
        var start = text.Length == 0 ? 0 : text.SourceOf(0).Start;
        if (Prefixes(text, place))
            built.Append([mark], (start, start));
        for (var at = 0; at < text.Length; at++)
            built.Append([text.Text[at] == ' ' ? mark : text.Text[at]], text.SourceOf(at));
        var marked = built.Build();
        return splits
            ? Delimiters.Split(marked, Delimiters.Characters(marked.Text, rune => rune.Value == mark), SplitBehavior.MergedWithNext)
            : marked.Length == 0 ? [] : [marked];
    }

    private bool Prefixes(AlignedText text, TextPlace place) =>
        text.Length > 0 && text.Text[0] != ' ' && text.Text[0] != mark && place != TextPlace.Continues
        && (prefix == MetaspacePrefix.Always || (prefix == MetaspacePrefix.First && place == TextPlace.Begins));
}

/// <summary>Where a space is put in front of a text that has none.</summary>
internal enum MetaspacePrefix
{
    /// <summary>Nowhere.</summary>
    Never,

    /// <summary>At the text's beginning.</summary>
    First,

    /// <summary>At the beginning and behind every token that was found as a whole.</summary>
    Always,
}
