using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Puts a text in front of every stretch that does not continue another; it stands for no character.</summary>
internal sealed class PrependNormalizer(string prefix) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        if (text.Length == 0 || place == TextPlace.Continues)
            return text;
        var built = new AlignedTextBuilder(text.Length + prefix.Length);
        var start = text.SourceOf(0).Start;
        built.Append(prefix, (start, start));
        built.Append(text, 0, text.Length);
        return built.Build();
    }
}
