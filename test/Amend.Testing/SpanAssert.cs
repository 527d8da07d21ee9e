using System.Buffers;
using System.Text;
using Amend.Models.Tokenizers;
using Xunit;

namespace Amend.Testing;

/// <summary>What the spans of any tokenized text are.</summary>
public static class SpanAssert
{
    /// <summary>They go through the text in order, and no letter or digit of it is left out.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="name">The tokenizer, for messages.</param>
    public static void GoThrough(TokenizedText tokens, string name)
    {
        Assert.Equal(tokens.Ids.Count, tokens.Spans.Count);
        var covered = new bool[tokens.Text.Length];
        var (start, end) = (0, 0);
        foreach (var span in tokens.Spans)
        {
            Assert.True(span.Start >= start && span.End >= end && span.End >= span.Start, $"{name}: {span} follows {(start, end)} in '{tokens.Text}'");
            (start, end) = span;
            for (var at = span.Start; at < span.End; at++)
                covered[at] = true;
        }

        for (var at = 0; at < covered.Length; at++)
            Assert.True(covered[at] || !IsLetter(tokens.Text, at), $"{name}: no token covers unit {at} of '{tokens.Text}'");
    }

    private static bool IsLetter(string text, int at) =>
        Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out _) == OperationStatus.Done && Rune.IsLetterOrDigit(rune);
}
