using System.Globalization;
using Amend.Models.Tokenizers;

namespace Amend.Editing.Tests;

/// <summary>
/// A token a word, the space before it included; a word's id is a hash of it, and of <c>w12</c> the number, so that what is decoded
/// encodes to itself. For random models, which know no words.
/// </summary>
internal sealed class WordTokenizer : ITokenizer
{
    private const int FirstWord = 1;

    public WordTokenizer(int vocabularySize) => VocabularySize = vocabularySize;

    public int VocabularySize { get; }

    public int EndOfText => 0;

    public TokenizedText Encode(string text)
    {
        var (ids, spans) = (new List<int>(), new List<(int Start, int End)>());
        for (var start = 0; start < text.Length;)
        {
            var space = text.IndexOf(' ', start + 1);
            var end = space < 0 ? text.Length : space;
            ids.Add(IdOf(text.AsSpan(start, end - start).TrimStart()));
            spans.Add((start, end));
            start = end;
        }

        return new TokenizedText(text, ids, spans);
    }

    public string Decode(IEnumerable<int> ids) => string.Concat(ids.Select(id => $" w{id}"));

    private int IdOf(ReadOnlySpan<char> word)
    {
        if (word.Length > 1 && word[0] == 'w' && int.TryParse(word[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id < VocabularySize)
            return id;
        var hash = 17u;
        foreach (var character in word)
            hash = (hash * 31) + character;
        return FirstWord + (int)(hash % (uint)(VocabularySize - FirstWord));
    }
}
