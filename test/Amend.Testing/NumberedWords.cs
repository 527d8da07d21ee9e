using Amend.Models.Tokenizers;

namespace Amend.Testing;

/// <summary>A token a word; words are numbered as they are met, and a word such as <c>[MASK]</c> is one like any other.</summary>
public sealed class NumberedWords : ITokenizer
{
    private readonly List<string> _words = [];

    public int VocabularySize => 100;

    public int EndOfText => 99;

    public TokenizedText Encode(string text)
    {
        var (ids, spans) = (new List<int>(), new List<(int Start, int End)>());
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf(' ', start + 1) is >= 0 and var space ? space : text.Length;
            ids.Add(IdOf(text[start..end].Trim()));
            spans.Add((start, end));
            start = end;
        }

        return new TokenizedText(text, ids, spans);
    }

    public string Decode(IEnumerable<int> ids) => string.Join(' ', ids.Select(id => id < _words.Count ? _words[id] : $"word{id}"));

    private int IdOf(string word)
    {
        if (!_words.Contains(word))
            _words.Add(word);
        return _words.IndexOf(word);
    }
}
