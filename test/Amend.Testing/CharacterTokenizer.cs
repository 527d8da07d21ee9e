using Amend.Models.Tokenizers;

namespace Amend.Testing;

/// <summary>A token a character over 63 characters, and the end of text: a tokenizer whose ids can be told by eye.</summary>
public sealed class CharacterTokenizer : ITokenizer
{
    private const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,'?!:;-()";

    public int VocabularySize => Characters.Length + 1;

    public int EndOfText => Characters.Length;

    public TokenizedText Encode(string text) =>
        new(text, [.. text.Select(IdOf)], [.. Enumerable.Range(0, text.Length).Select(at => (at, at + 1))]);

    /// <summary>The text of ids; models may have more of them than there are characters.</summary>
    public string Decode(IEnumerable<int> ids) => new([.. ids.Where(id => id != EndOfText).Select(id => id < Characters.Length ? Characters[id] : '\uFFFD')]);

    private static int IdOf(char character) => Characters.IndexOf(character) is >= 0 and var id
        ? id
        : throw new ArgumentException($"The tests' tokenizer has no '{character}'; it has '{Characters}'.", nameof(character));
}
