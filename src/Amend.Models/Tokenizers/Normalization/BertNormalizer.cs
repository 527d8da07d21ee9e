using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>
/// BERT's normalization (Devlin et al. 2019, <c>BasicTokenizer</c>): control characters out, all white space to spaces, spaces
/// around ideographs; then, for an uncased vocabulary, accents off and lower case.
/// </summary>
internal sealed class BertNormalizer : INormalizer
{
    private static readonly UnicodeFormNormalizer Decomposition = new(compatibility: false, composes: false);
    private static readonly CharacterFilter NoAccents = new(
        rune => Rune.GetUnicodeCategory(rune) != System.Globalization.UnicodeCategory.NonSpacingMark);
    private static readonly LowercaseNormalizer LowerCase = new();
    private readonly INormalizer[] _casing;
    private readonly bool _cleansText;
    private readonly bool _spacesIdeographs;

    /// <summary>Creates the normalization.</summary>
    /// <param name="cleansText">Whether control characters go and white space becomes spaces.</param>
    /// <param name="spacesIdeographs">Whether ideographs get spaces around them.</param>
    /// <param name="stripsAccents">Whether accents go; null for where the text is lower-cased.</param>
    /// <param name="lowerCases">Whether the text is lower-cased.</param>
    public BertNormalizer(bool cleansText, bool spacesIdeographs, bool? stripsAccents, bool lowerCases)
    {
        _cleansText = cleansText;
        _spacesIdeographs = spacesIdeographs;
        _casing = [.. stripsAccents ?? lowerCases ? (INormalizer[])[Decomposition, NoAccents] : [], .. lowerCases
            ? (INormalizer[])[LowerCase]
            : []];
    }

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place) =>
        _casing.Aggregate(Clean(text), (current, step) => step.Normalize(current, place));

    private AlignedText Clean(AlignedText text)
    {
        var built = new AlignedTextBuilder(text.Length + 8);
        for (var at = 0; at < text.Length;)
        {
            var rune = CodePoints.At(text.Text, at, out var length);
            var source = text.SourceOf(at, at + length);
            if (_spacesIdeographs && CodePoints.IsIdeograph(rune))
            {
                built.Append(" ", (source.Start, source.Start));
                built.Append(rune, source);
                built.Append(" ", (source.End, source.End));
            }
            else if (!_cleansText)
            {
                built.Append(rune, source);
            }
            else if (rune.Value is '\t' or '\n' or '\r' || (Rune.IsWhiteSpace(rune) && !CodePoints.IsOther(rune)))
            {
                built.Append(" ", source);
            }
            else if (rune.Value != CodePoints.Replacement && !CodePoints.IsOther(rune))
            {
                built.Append(rune, source);
            }

            at += length;
        }

        return built.Build();
    }
}
