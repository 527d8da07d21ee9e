using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Decoders one after another.</summary>
internal sealed class DecoderSequence(IReadOnlyList<IPieceDecoder> decoders) : IPieceDecoder
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place) =>
        decoders.Aggregate(pieces, (current, decoder) => decoder.Decode(current, place));
}
