namespace Amend.Tracing.Results;

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
