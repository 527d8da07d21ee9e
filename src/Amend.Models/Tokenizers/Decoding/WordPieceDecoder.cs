using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Puts a space before each piece that does not continue a word and, where asked, none before punctuation.</summary>
/// <param name="prefix">What marks a piece that continues a word.</param>
/// <param name="cleansUp">Whether the spaces before punctuation and English contractions go.</param>
internal sealed class WordPieceDecoder(string prefix, bool cleansUp) : IPieceDecoder
{
    private static readonly (string Spaced, string Clean)[] English =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"), (" do not", " don't"),
            (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) =>
        [.. pieces.Select((piece, index) => Clean(Joined(piece, index == 0 && place != TextPlace.Continues)))];

    private string Joined(string piece, bool begins) =>
        begins ? piece
        : piece.StartsWith(prefix, StringComparison.Ordinal) ? piece[prefix.Length..]
        : " " + piece;

    private string Clean(string piece) =>
        cleansUp ? English.Aggregate(piece, (text, pair) => text.Replace(pair.Spaced, pair.Clean, StringComparison.Ordinal)) : piece;
}
