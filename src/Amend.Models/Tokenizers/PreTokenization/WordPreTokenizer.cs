using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Runs of word characters and runs of what is neither that nor white space: <c>\w+|[^\w\s]+</c>.</summary>
internal sealed class WordPreTokenizer : IPreTokenizer
{
    private static readonly CharacterPreTokenizer Spaces = new(Rune.IsWhiteSpace, SplitBehavior.Removed);
    private static readonly CharacterPreTokenizer Words = new(CodePoints.IsWord, SplitBehavior.Contiguous);

    /// <inheritdoc/>
    public IEnumerable<AlignedText> Split(AlignedText text, TextPlace place) =>
        Spaces.Split(text, place).SelectMany(part => Words.Split(part, place));
}
