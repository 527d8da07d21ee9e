using Amend.Models.Tokenizers;

namespace Amend.Testing;

/// <summary>
/// A token a character over 63 characters, and the end of text: a tokenizer whose ids can be told by eye. Figures are read as the first
/// letters.
/// </summary>
public sealed class CharacterTokenizer : ITokenizer
{
    private const string Characters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ .,'?!:_->|";

    /// <summary>What stands for an id of no character; as text it is the id of the end.</summary>
    private const char Unknown = '\uFFFD';

    public int VocabularySize => Characters.Length + 1;

    public int EndOfText => Characters.Length;

    public TokenizedText Encode(string text) =>
        new(text, [.. text.Select(IdOf)], [.. Enumerable.Range(0, text.Length).Select(at => (at, at + 1))]);

    /// <summary>The text of ids; models may have more of them than there are characters.</summary>
    public string Decode(IEnumerable<int> ids) => new([.. ids.Where(id => id != EndOfText).Select(id => id < Characters.Length ? Characters[id] : Unknown)]);

    private static int IdOf(char character) => char.IsAsciiDigit(character) ? character - '0' : (Characters + Unknown).IndexOf(character, StringComparison.Ordinal) is >= 0 and var id
        ? id
        : throw new ArgumentException($"The tests' tokenizer has no '{character}'; it has '{Characters}'.", nameof(character));
}
