namespace Amend.Models.Tokenizers;

/// <summary>Text to token ids and back, with the characters that each token covers.</summary>
public interface ITokenizer
{
    /// <summary>The number of ids, special ones included.</summary>
    int VocabularySize { get; }

    /// <summary>The end-of-text id, which also begins a text and pads a batch.</summary>
    int EndOfText { get; }

    /// <summary>Tokenizes a text; no special token is added.</summary>
    TokenizedText Encode(string text);

    /// <summary>The text of a sequence of ids.</summary>
    string Decode(IEnumerable<int> ids);
}
