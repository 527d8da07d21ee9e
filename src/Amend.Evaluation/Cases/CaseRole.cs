namespace Amend.Evaluation.Cases;

/// <summary>What a case is for in a run.</summary>
public enum CaseRole
{
    /// <summary>It is edited.</summary>
    Edited,

    /// <summary>It came in a stream and was not edited, because the model was right.</summary>
    PassedOver,

    /// <summary>It is of what the model was made for before any edit, and no edit is for it.</summary>
    Upstream,

    /// <summary>It asks what edits are for in other words, and is never edited.</summary>
    Holdout,
}
