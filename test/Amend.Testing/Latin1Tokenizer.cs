using Amend.Models.Tokenizers;

namespace Amend.Testing;

/// <summary>A token a character of Latin-1, and the end of text.</summary>
public sealed class Latin1Tokenizer : ITokenizer
{
    public int VocabularySize => 257;

    public int EndOfText => 256;

    public TokenizedText Encode(string text) =>
        new(text, [.. text.Select(c => (int)c)], [.. Enumerable.Range(0, text.Length).Select(at => (at, at + 1))]);

    public string Decode(IEnumerable<int> ids) => new([.. ids.Where(id => id != EndOfText).Select(id => (char)id)]);
}
