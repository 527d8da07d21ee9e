using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Takes a character off the ends of each piece: the space that only begins a text. Text that goes on keeps it.</summary>
/// <param name="content">The character.</param>
/// <param name="start">How many are taken off the front at most.</param>
/// <param name="stop">How many are taken off the end at most.</param>
internal sealed class StripDecoder(char content, int start, int stop) : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) =>
        place == TextPlace.Continues ? pieces : [.. pieces.Select(Strip)];

    private string Strip(string piece)
    {
        var from = 0;
        while (from < start && from < piece.Length && piece[from] == content)
            from++;
        var to = piece.Length;
        while (piece.Length - to < stop && to > from && piece[to - 1] == content)
            to--;
        return piece[from..to];
    }
}
