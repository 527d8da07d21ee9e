using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers.Normalization;

/// <summary>Rewrites a text before it is split.</summary>
internal interface INormalizer
{
    /// <summary>The rewritten text.</summary>
    AlignedText Normalize(AlignedText text, TextPlace place);
}
