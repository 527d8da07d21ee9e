using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Splits at each character of which a condition is true: punctuation, digits, white space.</summary>
/// <param name="isDelimiter">The condition.</param>
/// <param name="behavior">What becomes of the delimiters.</param>
internal sealed class CharacterPreTokenizer(Func<Rune, bool> isDelimiter, SplitBehavior behavior) : IPreTokenizer
{
    /// <inheritdoc/>
    public IEnumerable<AlignedText> Split(AlignedText text, TextPlace place) =>
        Delimiters.Split(text, Delimiters.Characters(text.Text, isDelimiter), behavior);
}
