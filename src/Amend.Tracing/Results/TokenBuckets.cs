namespace Amend.Tracing.Results;

/// <summary>The buckets of tokens.</summary>
public static class TokenBuckets
{
    private static readonly Dictionary<TokenBucket, string> Titles = new()
    {
        [TokenBucket.SubjectFirst] = "first subject token",
        [TokenBucket.SubjectMiddle] = "middle subject tokens",
        [TokenBucket.SubjectLast] = "last subject token",
        [TokenBucket.FirstAfter] = "first subsequent token",
        [TokenBucket.Further] = "further tokens",
        [TokenBucket.Last] = "last token",
    };

    /// <summary>All buckets, in the prompt's order.</summary>
    public static IReadOnlyList<TokenBucket> All { get; } = [.. Titles.Keys];

    /// <summary>What figures call a bucket: the paper's words.</summary>
    public static string Title(TokenBucket bucket) => Titles[bucket];

    /// <summary>The bucket of a token; null before the subject.</summary>
    /// <param name="token">The token.</param>
    /// <param name="tokens">Tokens of the prompt.</param>
    /// <param name="subjectStart">The subject's first token.</param>
    /// <param name="subjectEnd">The token after its last.</param>
    public static TokenBucket? Of(int token, int tokens, int subjectStart, int subjectEnd) =>
        token < subjectStart ? null
        : token == subjectEnd - 1 ? TokenBucket.SubjectLast
        : token == subjectStart ? TokenBucket.SubjectFirst
        : token < subjectEnd ? TokenBucket.SubjectMiddle
        : token == tokens - 1 ? TokenBucket.Last
        : token == subjectEnd ? TokenBucket.FirstAfter
        : TokenBucket.Further;
}

/// <summary>
/// Where a token stands in its prompt, as the averages of Meng et al. 2022 (figure 2) part them. Tokens before the subject are in
/// none: the noise does not reach them.
/// </summary>
public enum TokenBucket
{
    /// <summary>The first token of a subject of several.</summary>
    SubjectFirst,

    /// <summary>The subject's tokens between its first and its last.</summary>
    SubjectMiddle,

    /// <summary>The subject's last or only token, also where it ends the prompt.</summary>
    SubjectLast,

    /// <summary>The first token after the subject, where it is not the prompt's last.</summary>
    FirstAfter,

    /// <summary>Later tokens but for the prompt's last.</summary>
    Further,

    /// <summary>The prompt's last token, where it is not the subject's.</summary>
    Last,
}
