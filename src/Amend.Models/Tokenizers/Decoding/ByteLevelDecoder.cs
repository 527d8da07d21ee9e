using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>
/// Reads byte stand-ins as UTF-8; a piece with another character is its own text; bytes that are no UTF-8 read as U+FFFD.
/// </summary>
internal sealed class ByteLevelDecoder : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) =>
        [Encoding.UTF8.GetString([.. pieces.SelectMany(BytesOf)])];

    private static byte[] BytesOf(string piece)
    {
        var bytes = new byte[piece.Length];
        for (var at = 0; at < piece.Length; at++)
        {
            if (!ByteLevelAlphabet.TryByteOf(piece[at], out bytes[at]))
                return Encoding.UTF8.GetBytes(piece);
        }

        return bytes;
    }
}
