namespace Amend.Models.Tokenizers;

/// <summary>A text with its tokens and the characters that each of them covers.</summary>
/// <param name="Text">The text.</param>
/// <param name="Ids">The token ids, T.</param>
/// <param name="Spans">For each token the first character it covers and the one after the last, in UTF-16 units of the text.</param>
public sealed record TokenizedText(string Text, IReadOnlyList<int> Ids, IReadOnlyList<(int Start, int End)> Spans)
{
    /// <summary>The last token that covers a character of the given range.</summary>
    /// <param name="start">First character.</param>
    /// <param name="end">The character after the last.</param>
    /// <returns>The token's index, or -1 where no token covers the range.</returns>
    public int LastTokenOf(int start, int end)
    {
        for (var token = Spans.Count - 1; token >= 0; token--)
        {
            if (Spans[token].Start < end && Spans[token].End > start)
                return token;
        }

        return -1;
    }

    /// <summary>The first token that covers a character of the given range, or -1.</summary>
    /// <param name="start">First character.</param>
    /// <param name="end">The character after the last.</param>
    public int FirstTokenOf(int start, int end)
    {
        for (var token = 0; token < Spans.Count; token++)
        {
            if (Spans[token].Start < end && Spans[token].End > start)
                return token;
        }

        return -1;
    }
}
