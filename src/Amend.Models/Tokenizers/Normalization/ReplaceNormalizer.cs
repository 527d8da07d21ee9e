using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Replaces what a pattern finds; the replacement stands for all that was found.</summary>
internal sealed class ReplaceNormalizer(CodePointPattern pattern, string replacement) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        var built = new AlignedTextBuilder(text.Length);
        var behind = 0;
        foreach (var (start, end) in pattern.Matches(text.Text))
        {
            built.Append(text, behind, start);
            if (end > start)
                built.Append(replacement, text.SourceOf(start, end));
            behind = end;
        }

        if (behind == 0)
            return text;
        built.Append(text, behind, text.Length);
        return built.Build();
    }
}
