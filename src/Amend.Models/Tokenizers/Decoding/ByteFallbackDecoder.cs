using System.Buffers;
using System.Text;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Reads runs of byte pieces as UTF-8.</summary>
/// <param name="readsBrokenRuns">
/// Whether the whole characters of a run that is not all UTF-8 are read (SentencePiece), or each of its bytes is U+FFFD (Hugging Face).
/// </param>
internal sealed class ByteFallbackDecoder(bool readsBrokenRuns) : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place)
    {
        var decoded = new List<string>(pieces.Count);
        var bytes = new List<byte>();
        foreach (var piece in pieces)
        {
            if (ByteFallback.TryByteOf(piece, out var value))
            {
                bytes.Add(value);
                continue;
            }

            Flush(bytes, decoded);
            decoded.Add(piece);
        }

        Flush(bytes, decoded);
        return decoded;
    }

    private void Flush(List<byte> bytes, List<string> decoded)
    {
        var read = new StringBuilder(bytes.Count);
        var isWhole = true;
        ReadOnlySpan<byte> rest = bytes.ToArray();
        while (rest.Length > 0)
        {
            var isCharacter = Rune.DecodeFromUtf8(rest, out var rune, out var length) == OperationStatus.Done;
            isWhole &= isCharacter;
            read.Append(rune.ToString());
            rest = rest[(isCharacter ? length : 1)..];
        }

        if (bytes.Count > 0)
            decoded.Add(isWhole || readsBrokenRuns ? read.ToString() : new string(CodePoints.Replacement, bytes.Count));
        bytes.Clear();
    }
}
