using Amend.Editing.Governance;
using Amend.Editing.Homes;
using Amend.Models;

namespace Amend.Editing.Sessions;

/// <summary>How a session is opened.</summary>
public sealed record SessionOptions
{
    /// <summary>
    /// An edit's id or its first digits, for the model right after it, or <c>base</c>, for none; null, the default, for the edits that are
    /// applied now. Only then can the session edit.
    /// </summary>
    public string? At { get; init; }

    /// <summary>Device and type; the defaults of <see cref="LoadOptions"/> by default.</summary>
    public LoadOptions Load { get; init; } = new();

    /// <summary>Where edits are kept; the user's home by default.</summary>
    public AmendHome Home { get; init; } = AmendHome.Default;

    /// <summary>
    /// What a guard allows the session's edits; null, the default, for no guard. With a guard the model is measured first as it is without
    /// edits.
    /// </summary>
    public GuardLimits? Guard { get; init; }

    /// <summary>The text whose perplexity the guard measures; null, the default, for none.</summary>
    public string? FixedText { get; init; }

    /// <summary>How long an edit waits for another writer of the same store before it is given up; an hour by default.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromHours(1);
}
