using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Splits a normalized text into the words that no token crosses.</summary>
internal interface IPreTokenizer
{
    /// <summary>The words in order, none of them empty.</summary>
    IEnumerable<AlignedText> Split(AlignedText text, TextPlace place);
}
