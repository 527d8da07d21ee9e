using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Writes SentencePiece's marks as spaces; those of the first piece, which only begin a text, are left out.</summary>
/// <param name="mark">The mark.</param>
/// <param name="prefixes">Whether a mark was put in front of the text.</param>
internal sealed class MetaspaceDecoder(char mark, bool prefixes) : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) =>
        [.. pieces.Select((piece, index) => index == 0 && prefixes && place != TextPlace.Continues
            ? piece.Replace(mark.ToString(), "", StringComparison.Ordinal)
            : piece.Replace(mark, ' '))];
}
