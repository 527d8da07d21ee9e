using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>
/// GPT-2's words, each written in the stand-ins of its bytes; the stand-ins of a character stand for the whole character.
/// </summary>
/// <param name="addsSpace">Whether a space is put in front of a text that has none.</param>
/// <param name="splits">Whether the text is split into GPT-2's words; false where it was split before.</param>
internal sealed class ByteLevelPreTokenizer(bool addsSpace, bool splits) : IPreTokenizer
{
    /// <inheritdoc/>
    public IEnumerable<AlignedText> Split(AlignedText text, TextPlace place)
    {
        if (text.Length == 0)
            return [];
        var spaced = addsSpace && place != TextPlace.Continues && text.Text[0] != ' ' ? WithSpace(text) : text;
        return splits
            ? ByteLevelWords.Split(spaced.Text).Select(word => Bytes(spaced, word.Start, word.End))
            : [Bytes(spaced, 0, spaced.Length)];
    }

    private static AlignedText WithSpace(AlignedText text)
    {
        var built = new AlignedTextBuilder(text.Length + 1);
        var start = text.SourceOf(0).Start;
        built.Append(" ", (start, start));
        built.Append(text, 0, text.Length);
        return built.Build();
    }

    private static AlignedText Bytes(AlignedText text, int start, int end)
    {
        Span<byte> bytes = stackalloc byte[4];
        Span<char> standIns = stackalloc char[4];
        var built = new AlignedTextBuilder(end - start);
        for (var at = start; at < end;)
        {
            var count = CodePoints.At(text.Text, at, out var length).EncodeToUtf8(bytes);
            for (var n = 0; n < count; n++)
                standIns[n] = ByteLevelAlphabet.Of(bytes[n]);
            built.Append(standIns[..count], text.SourceOf(at, at + length));
            at += length;
        }

        return built.Build();
    }
}
