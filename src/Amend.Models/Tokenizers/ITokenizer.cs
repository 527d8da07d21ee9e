namespace Amend.Models.Tokenizers;

/// <summary>Text to token ids and back, with the characters that each token covers.</summary>
public interface ITokenizer
{
    /// <summary>The number of ids, special ones included.</summary>
    int VocabularySize { get; }

    /// <summary>The id that ends a text; it also pads a batch.</summary>
    int EndOfText { get; }

    /// <summary>The id that begins a text.</summary>
    int BeginOfText => EndOfText;

    /// <summary>
    /// Tokenizes a whole text, with the special tokens that the model expects around it; they cover no character: those in front
    /// have the span (0, 0), those behind (n, n).
    /// </summary>
    TokenizedText Encode(string text);

    /// <summary>Tokenizes a text that goes on behind another: no special token, and no space that only begins a text.</summary>
    TokenizedText EncodeContinuation(string text) => Encode(text);

    /// <summary>The texts of the special tokens, which stand for more than their letters.</summary>
    IReadOnlyCollection<string> SpecialTokens => [];

    /// <summary>
    /// Tokenizes a text that has its special tokens written in it, as a chat template writes them: they are found as tokens, but for
    /// the stretches that are quoted, and none is put around.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="quoted">Where what looks like a special token is text, as first characters and those after the last.</param>
    TokenizedText EncodeWritten(string text, IReadOnlyList<(int Start, int End)> quoted) => EncodeContinuation(text);

    /// <summary>The text of the ids of a whole text.</summary>
    string Decode(IEnumerable<int> ids);

    /// <summary>The text of ids that go on behind others: a space at the front is kept.</summary>
    string DecodeContinuation(IEnumerable<int> ids) => Decode(ids);
}
