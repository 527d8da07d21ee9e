using Amend.Models.Tokenizers.Decoding;
using Amend.Models.Tokenizers.Normalization;
using Amend.Models.Tokenizers.Pieces;
using Amend.Models.Tokenizers.PreTokenization;

namespace Amend.Models.Tokenizers;

/// <summary>What a <see cref="PipelineTokenizer"/> is put together from.</summary>
internal sealed record PipelineParts
{
    /// <summary>Each id's piece.</summary>
    public required IReadOnlyDictionary<int, string> Pieces { get; init; }

    /// <summary>Cuts words into pieces.</summary>
    public required IPieceModel Model { get; init; }

    /// <summary>Rewrites the text; null where it stays as it is.</summary>
    public INormalizer? Normalizer { get; init; }

    /// <summary>Splits the text into words; null where it is one.</summary>
    public IPreTokenizer? PreTokenizer { get; init; }

    /// <summary>Makes text of pieces; null where they are text.</summary>
    public IPieceDecoder? Decoder { get; init; }

    /// <summary>The tokens that are found in a text as a whole.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Whether special tokens are found in a text; if not, a text that looks like one is text.</summary>
    public bool FindsSpecialTokens { get; init; }

    /// <summary>The special tokens around a text.</summary>
    public SequenceTemplate Template { get; init; } = SequenceTemplate.None;

    /// <summary>The id that ends a text.</summary>
    public required int EndOfText { get; init; }

    /// <summary>The id that begins a text; null where that is the one that ends it.</summary>
    public int? BeginOfText { get; init; }
}
