using System.Globalization;
using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>
/// SentencePiece's compiled rules as Hugging Face applies them: to each user-perceived character of less than six bytes the
/// shortest rule at its front, to the code points of others one by one. Differs from SentencePiece's own way on rare sequences.
/// </summary>
internal sealed class PrecompiledNormalizer(CharacterMap map) : INormalizer
{
    private const int MostBytes = 6;

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        var built = new AlignedTextBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var end = at + StringInfo.GetNextTextElementLength(text.Text, at);
            var perceived = text.Text[at..end];
            if (Encoding.UTF8.GetByteCount(perceived) < MostBytes && map.TryShortest(perceived, 0, out var replacement, out _))
                built.Append(replacement, text.SourceOf(at, end));
            else
                AppendCodePoints(text, at, end, built);
            at = end;
        }

        return built.Build();
    }

    private void AppendCodePoints(AlignedText text, int start, int end, AlignedTextBuilder built)
    {
        for (var at = start; at < end;)
        {
            CodePoints.At(text.Text, at, out var length);
            if (map.TryShortest(text.Text[at..(at + length)], 0, out var replacement, out _))
                built.Append(replacement, text.SourceOf(at, at + length));
            else
                built.Append(text, at, at + length);
            at += length;
        }
    }
}
