using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Keeps the characters of which a condition is true.</summary>
internal sealed class CharacterFilter(Func<Rune, bool> keeps) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        var built = new AlignedTextBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var rune = CodePoints.At(text.Text, at, out var length);
            if (keeps(rune))
                built.Append(text, at, at + length);
            at += length;
        }

        return built.Build();
    }
}
