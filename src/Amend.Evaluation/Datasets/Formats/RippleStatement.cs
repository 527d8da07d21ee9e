namespace Amend.Evaluation.Datasets.Formats;

/// <summary>An edit of RippleEdits as a sentence, "The name of the mother of X is Y.", taken apart.</summary>
/// <param name="Prompt">The sentence before the object.</param>
/// <param name="Target">The new object.</param>
/// <param name="Previous">The object of the sentence that held before, where there is one.</param>
internal sealed record RippleStatement(string Prompt, string Target, string? Previous)
{
    private static readonly string[] Verbs = [" is followed by ", " follows ", " is ", " are "];
    private static readonly string[] Openers = ["of", "which", "by", "in", "the"];

    /// <summary>Takes the sentences apart after their last verb, which stands in what both share; null where there is none.</summary>
    public static RippleStatement? Split(string sentence, string? before)
    {
        var shared = before is null ? sentence.Length : sentence.AsSpan().CommonPrefixLength(before);
        var end = Verbs.Max(verb => sentence.AsSpan(0, shared).LastIndexOf(verb, StringComparison.Ordinal)
            is >= 0 and var at ? at + verb.Length : -1);
        if (end < 0)
            return null;
        var target = ObjectOf(sentence, end);
        return target.Length == 0
            ? null
            : new RippleStatement(sentence[..(end - 1)], target, before is null ? null : ObjectOf(before, end));
    }

    /// <summary>
    /// The subject of a prompt, as what it has in common with prompts about the same subject and other relations: the shortest
    /// of the longest common runs of words. Null where no such prompt tells it.
    /// </summary>
    public static string? SharedSubject(string prompt, IEnumerable<string> others)
    {
        var words = Words(prompt);
        return others.Distinct().Select(other => SharedRun(words, Words(other))).Where(run => run.Length > 0).MinBy(run => run.Length);
    }

    private static string ObjectOf(string sentence, int start) => sentence[start..].TrimEnd('.').Trim();

    private static string[] Words(string prompt)
    {
        var words = prompt.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is [.. var rest, "is" or "are"] ? rest : words;
    }

    private static string SharedRun(string[] words, string[] others)
    {
        var start = words.AsSpan().CommonPrefixLength(others);
        string[] best = [];
        for (var i = start; i < words.Length; i++)
        {
            for (var j = start; j < others.Length; j++)
            {
                var length = words.AsSpan(i).CommonPrefixLength(others.AsSpan(j));
                if (length >= best.Length)
                    best = words[i..(i + length)];
            }
        }

        return string.Join(' ', best.SkipWhile(word => Openers.Contains(word)));
    }
}
