namespace Amend.Editing.Stores;

/// <summary>What a journal's line says of an edit.</summary>
public enum JournalOp
{
    /// <summary>It was applied.</summary>
    Apply,

    /// <summary>It was taken back.</summary>
    Revert,
}
