namespace Amend.Models.Subjects;

/// <summary>The token at which a fact is read and written.</summary>
public enum LookupToken
{
    /// <summary>The subject's last token: ROME's and MEMIT's choice.</summary>
    SubjectLast,

    /// <summary>The subject's first token.</summary>
    SubjectFirst,

    /// <summary>The first token after the subject; the subject's last where the subject ends the text.</summary>
    SubjectFirstAfterLast,

    /// <summary>The prompt's last token.</summary>
    Last,
}
