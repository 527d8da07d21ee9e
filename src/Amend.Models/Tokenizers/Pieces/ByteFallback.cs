using System.Globalization;

namespace Amend.Models.Tokenizers.Pieces;

/// <summary>The pieces <c>&lt;0x00&gt;</c> to <c>&lt;0xFF&gt;</c> that stand for bytes.</summary>
internal static class ByteFallback
{
    private const int Bytes = 256;
    private const int PieceLength = 6;

    /// <summary>The id of each byte's piece; null where the vocabulary lacks one.</summary>
    public static int[]? Pieces(IReadOnlyDictionary<string, int> vocabulary)
    {
        var ids = new int[Bytes];
        for (var value = 0; value < Bytes; value++)
        {
            if (!vocabulary.TryGetValue($"<0x{value:X2}>", out ids[value]))
                return null;
        }

        return ids;
    }

    /// <summary>The byte that a piece stands for; false for other pieces.</summary>
    public static bool TryByteOf(string piece, out byte value)
    {
        value = 0;
        return piece.Length == PieceLength && piece.StartsWith("<0x", StringComparison.Ordinal) && piece[^1] == '>'
            && byte.TryParse(piece.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
    }
}
