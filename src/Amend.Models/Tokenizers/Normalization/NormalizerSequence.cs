using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Normalizers one after another.</summary>
internal sealed class NormalizerSequence(IReadOnlyList<INormalizer> normalizers) : INormalizer
{
    /// <inheritdoc/>
    public AlignedText Normalize(AlignedText text, TextPlace place) =>
        normalizers.Aggregate(text, (current, normalizer) => normalizer.Normalize(current, place));
}
