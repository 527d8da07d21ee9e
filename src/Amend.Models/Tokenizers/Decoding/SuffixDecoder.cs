using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Writes the sign at a word's end as a space, and as nothing at the text's end.</summary>
internal sealed class SuffixDecoder(string suffix) : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) =>
        [.. pieces.Select((piece, index) => piece.Replace(suffix, index == pieces.Count - 1 ? "" : " ", StringComparison.Ordinal))];
}
