using System.Text;
using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Lower-cases character by character, without regard to its neighbours (a sigma at a word's end is not told apart).</summary>
internal sealed class LowercaseNormalizer : INormalizer
{
    private const int DottedCapitalI = 0x130;
    private const string DottedSmallI = "i\u0307"; // The one character whose lower case is two.

    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place)
    {
        var built = new AlignedTextBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var rune = CodePoints.At(text.Text, at, out var length);
            var source = text.SourceOf(at, at + length);
            if (rune.Value == DottedCapitalI)
                built.Append(DottedSmallI, source);
            else
                built.Append(Rune.ToLowerInvariant(rune), source);
            at += length;
        }

        return built.Build();
    }
}
