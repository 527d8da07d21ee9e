using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>
/// SentencePiece's normalization (Kudo and Richardson 2018): the longest rule at each place, extra spaces out, a space in front,
/// spaces written as marks; user-defined pieces stay as they are.
/// </summary>
/// <param name="map">The rules; null for none.</param>
/// <param name="userDefined">The pieces that are left as they are.</param>
/// <param name="options">What the file says of spaces.</param>
internal sealed class SentencePieceNormalizer(CharacterMap? map, PieceTrie userDefined, SentencePieceSpaces options) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        var built = new AlignedTextBuilder(text.Length + 1);
        var mark = options.WritesMarks ? SentencePieceMark.Text : " ";
        var at = 0;
        while (options.RemovesExtra && at < text.Length && Next(text.Text, at, out var end) == " ")
            at = end;
        if (at == text.Length)
            return built.Build();
        var start = text.SourceOf(at).Start;
        var prefixes = options.Prefixes && IsPrefixed(at, place);
        if (prefixes && !options.PrefixIsSuffix)
            built.Append(mark, at > 0 ? text.SourceOf(0, at) : (start, start));
        var isBehindSpace = options.RemovesExtra;
        while (at < text.Length)
        {
            var next = Next(text.Text, at, out var end);
            var written = isBehindSpace ? next.TrimStart(' ') : next;
            built.Append(options.WritesMarks ? written.Replace(' ', SentencePieceMark.Character) : written, text.SourceOf(at, end));
            if (written.Length > 0)
                isBehindSpace = options.RemovesExtra && written.EndsWith(' ');
            at = end;
        }

        while (options.RemovesExtra && built.EndsWith(mark[0]))
            built.TrimEnd(1);
        if (prefixes && options.PrefixIsSuffix)
            built.Append(mark, (text.SourceOf(text.Length - 1).End, text.SourceOf(text.Length - 1).End));
        return built.Build();
    }

    /// <summary>A text that goes on has its own space at the front; where that was removed, it is put back.</summary>
    private bool IsPrefixed(int at, TextPlace place) => place switch
    {
        TextPlace.Begins => true,
        TextPlace.Follows => options.PrefixesAll,
        _ => at > 0,
    };

    private string Next(string text, int at, out int end)
    {
        if (userDefined.TryLongest(text, at, out _, out end))
            return text[at..end];
        if (map is not null && map.TryLongest(text, at, out var replacement, out end))
            return replacement;
        CodePoints.At(text, at, out var length);
        end = at + length;
        return text[at..end];
    }
}

/// <summary>What a SentencePiece model does with spaces.</summary>
/// <param name="Prefixes">Whether a space is put in front of a text (<c>add_dummy_prefix</c>).</param>
/// <param name="RemovesExtra">Whether spaces at the ends and all but one of a run are removed (<c>remove_extra_whitespaces</c>).</param>
/// <param name="WritesMarks">Whether spaces are written as marks (<c>escape_whitespaces</c>).</param>
/// <param name="PrefixIsSuffix">Whether the space goes to the end instead (<c>treat_whitespace_as_suffix</c>).</param>
/// <param name="PrefixesAll">Whether text behind a special token also gets a space in front (Hugging Face's <c>legacy</c>).</param>
internal sealed record SentencePieceSpaces(bool Prefixes, bool RemovesExtra, bool WritesMarks, bool PrefixIsSuffix, bool PrefixesAll);
