using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Replaces what a pattern finds in each piece.</summary>
internal sealed class ReplaceDecoder(CodePointPattern pattern, string replacement) : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) => [.. pieces.Select(Replace)];

    private string Replace(string piece)
    {
        var replaced = new StringBuilder(piece.Length);
        var behind = 0;
        foreach (var (start, end) in pattern.Matches(piece))
        {
            replaced.Append(piece, behind, start - behind).Append(replacement);
            behind = end;
        }

        return behind == 0 ? piece : replaced.Append(piece, behind, piece.Length - behind).ToString();
    }
}
