using Amend.Models.Tokenizers.Text;

namespace Amend.Models.Tokenizers;

/// <summary>Finds added tokens in a text: from the left, of those that begin at one place the longest.</summary>
internal sealed class AddedTokenFinder
{
    private readonly Dictionary<char, List<(string Text, AddedToken Token)>> _byFirst = [];

    /// <summary>Creates a finder.</summary>
    /// <param name="tokens">The tokens, each with the text to look for.</param>
    public AddedTokenFinder(IEnumerable<(string Text, AddedToken Token)> tokens)
    {
        foreach (var token in tokens.Where(t => t.Text.Length > 0).OrderByDescending(t => t.Text.Length))
        {
            if (!_byFirst.TryGetValue(token.Text[0], out var list))
                _byFirst[token.Text[0]] = list = [];
            list.Add(token);
        }
    }

    /// <summary>The stretches of a text in order, which cover it: those that are a token, and those between, whose token is null.</summary>
    /// <param name="text">The text.</param>
    /// <param name="isText">Whether a stretch is passed over although it looks like the token; no stretch when null.</param>
    public IEnumerable<(int Start, int End, AddedToken? Token)> Split(string text, Func<int, int, AddedToken, bool>? isText = null)
    {
        var behind = 0;
        for (var at = 0; at < text.Length && _byFirst.Count > 0;)
        {
            if (TokenAt(text, at, isText) is not var (content, token))
            {
                at++;
                continue;
            }

            var (start, end) = (at, at + content.Length);
            at = end;
            if (token.IsSingleWord && !IsSingleWord(text, start, end))
                continue;
            if (token.StripsLeft)
                start = Math.Max(behind, text.AsSpan(0, start).TrimEnd().Length);
            if (token.StripsRight)
                end = text.Length - text.AsSpan(end).TrimStart().Length;
            if (start > behind)
                yield return (behind, start, null);
            yield return (start, end, token);
            at = behind = end;
        }

        if (behind < text.Length)
            yield return (behind, text.Length, null);
    }

    private (string Content, AddedToken Token)? TokenAt(string text, int at, Func<int, int, AddedToken, bool>? isText)
    {
        if (!_byFirst.TryGetValue(text[at], out var candidates))
            return null;
        foreach (var (content, token) in candidates)
        {
            if (string.CompareOrdinal(text, at, content, 0, content.Length) == 0 && isText?.Invoke(at, at + content.Length, token) != true)
                return (content, token);
        }

        return null;
    }

    private static bool IsSingleWord(string text, int start, int end)
    {
        if (end < text.Length && CodePoints.IsWord(CodePoints.At(text, end, out _)))
            return false;
        System.Text.Rune.DecodeLastFromUtf16(text.AsSpan(0, start), out var before, out var length);
        return length == 0 || !CodePoints.IsWord(before);
    }
}
