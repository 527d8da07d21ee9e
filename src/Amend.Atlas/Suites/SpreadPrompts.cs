using Amend.Atlas.Facts;

namespace Amend.Atlas.Suites;

/// <summary>Prompts about many subjects: one of each subject first, then further phrasings of them.</summary>
internal static class SpreadPrompts
{
    /// <summary>Draws prompts that do not mention a subject.</summary>
    /// <param name="facts">What the prompts are about.</param>
    /// <param name="phrasings">The phrasings that may be used of a fact.</param>
    /// <param name="unmentioned">The subject that no prompt may mention.</param>
    /// <param name="count">Most prompts.</param>
    /// <param name="random">Gives the order.</param>
    /// <returns>At most so many different prompts.</returns>
    public static IReadOnlyList<string> Draw(
        IEnumerable<Fact> facts, Func<Fact, IReadOnlyList<int>> phrasings, string unmentioned, int count, Random random)
    {
        var subjects = facts.Select(fact => Prompts(fact, phrasings(fact), unmentioned, random)).ToArray();
        random.Shuffle(subjects);
        var rounds = subjects.Select(prompts => prompts.Length).DefaultIfEmpty().Max();
        return
        [
            .. Enumerable.Range(0, rounds)
                .SelectMany(round => subjects.Where(s => s.Length > round).Select(s => s[round]))
                .Take(count),
        ];
    }

    private static string[] Prompts(Fact fact, IReadOnlyList<int> phrasings, string unmentioned, Random random)
    {
        var prompts = phrasings.Select(p => KnownPrompts.Prompt(fact, p)).Where(text => !Mention.Of(unmentioned, text)).ToArray();
        random.Shuffle(prompts);
        return prompts;
    }
}
