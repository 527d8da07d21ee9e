using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.PreTokenization;

/// <summary>Splits by one rule, then each part by the next.</summary>
internal sealed class PreTokenizerSequence(IReadOnlyList<IPreTokenizer> rules) : IPreTokenizer
{
    /// <inheritdoc/>
    public IEnumerable<AlignedText> Split(AlignedText text, TextPlace place) =>
        rules.Aggregate((IEnumerable<AlignedText>)[text],
            (parts, rule) => parts.SelectMany(part => rule.Split(part, PlaceOf(part, text, place))));

    /// <summary>Only a part at the very front continues what the text continues.</summary>
    private static TextPlace PlaceOf(AlignedText part, AlignedText text, TextPlace place) =>
        part.Length > 0 && part.SourceOf(0).Start > text.SourceOf(0).Start ? TextPlace.Follows : place;
}
