using System.Text.RegularExpressions;

namespace Amend.Evaluation.Metrics.Text;

/// <summary>
/// Sentences of running text, by rules: one ends after <c>. ! ?</c> and the quotes and brackets that close there, where white space
/// and then no lower-case letter follow, unless the full stop belongs to an initial or a common abbreviation.
/// </summary>
public static partial class Sentences
{
    /// <summary>The sentences, in order, without the white space between them.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        var sentences = new List<string>();
        var start = 0;
        foreach (var end in End().Matches(text).Where(end => !Abbreviation().IsMatch(text[start..(end.Index + 1)])))
        {
            sentences.Add(text[start..(end.Index + end.Length)].Trim());
            start = end.Index + end.Length;
        }

        if (text[start..].Trim() is { Length: > 0 } rest)
            sentences.Add(rest);
        return sentences;
    }

    [GeneratedRegex(@"[.!?]+[""'»”’)\]]*(?=\s+[^\s\p{Ll}])")]
    private static partial Regex End();

    [GeneratedRegex(@"\b(?:\p{Lu}|\p{L}\.\p{L}|Mr|Mrs|Ms|Dr|Prof|St|Jr|Sr|Gen|Col|Sen|Rep|No|vs|etc|Inc|Ltd|Co|Corp)\.$")]
    private static partial Regex Abbreviation();
}
