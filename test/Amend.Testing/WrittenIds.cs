using System.Globalization;
using Amend.Models.Tokenizers;

namespace Amend.Testing;

/// <summary>A token a word, and each word is its id in figures: texts of golden cases that are stored as ids.</summary>
public sealed class WrittenIds : ITokenizer
{
    public int VocabularySize => 1000;

    public int EndOfText => 0;

    /// <summary>The text of ids.</summary>
    public static string TextOf(IEnumerable<int> ids) => string.Join(' ', ids);

    public TokenizedText Encode(string text)
    {
        var (ids, spans) = (new List<int>(), new List<(int Start, int End)>());
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf(' ', start + 1) is >= 0 and var space ? space : text.Length;
            ids.Add(int.Parse(text[start..end], CultureInfo.InvariantCulture));
            spans.Add((start, end));
            start = end;
        }

        return new TokenizedText(text, ids, spans);
    }

    public string Decode(IEnumerable<int> ids) => TextOf(ids);
}
