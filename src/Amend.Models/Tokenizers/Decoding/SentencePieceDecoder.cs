using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>
/// SentencePiece's decoding: marks become spaces, without the one that begins a text (or all of those, where extra spaces were
/// removed); unknown pieces read as their surface; byte pieces as UTF-8, each byte that is none as U+FFFD.
/// </summary>
/// <param name="unknown">The unknown piece.</param>
/// <param name="unknownSurface">What is written for it, usually <c> ⁇ </c>.</param>
/// <param name="prefixes">Whether a space is put in front of a text.</param>
/// <param name="removesSpaces">Whether extra spaces are removed.</param>
internal sealed class SentencePieceDecoder(string unknown, string unknownSurface, bool prefixes, bool removesSpaces) : IPieceDecoder
{
    private static readonly ByteFallbackDecoder Bytes = new(readsBrokenRuns: true);

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place)
    {
        var written = new List<string>(pieces.Count);
        var begins = place != TextPlace.Continues && (prefixes || removesSpaces);
        foreach (var piece in pieces)
        {
            if (ByteFallback.TryByteOf(piece, out _))
            {
                written.Add(piece);
                begins = false;
                continue;
            }

            var hasMark = begins && piece.StartsWith(SentencePieceMark.Character);
            var text = piece == unknown ? unknownSurface : (hasMark ? piece[1..] : piece).Replace(SentencePieceMark.Character, ' ');
            begins &= text.Length == 0 && (removesSpaces || !hasMark);
            written.Add(text);
        }

        return Bytes.Decode(written, place);
    }
}
