using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Splits at a text or a regular expression.</summary>
/// <param name="pattern">The delimiters.</param>
/// <param name="behavior">What becomes of them.</param>
/// <param name="inverts">Whether what lies between them is the delimiters.</param>
internal sealed class PatternPreTokenizer(CodePointPattern pattern, SplitBehavior behavior, bool inverts) : IPreTokenizer
{
    /// <inheritdoc/>
    public IEnumerable<AlignedText> Split(AlignedText text, TextPlace place) =>
        Delimiters.Split(text, pattern.Matches(text.Text), behavior, inverts);
}
