using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Decoding;

/// <summary>Makes text of pieces, step by step.</summary>
internal interface IPieceDecoder
{
    /// <summary>The pieces after this step; the last step's put together are the text.</summary>
    IReadOnlyList<string> Decode(IReadOnlyList<string> pieces, TextPlace place);
}
