namespace Amend.Server.Security;

/// <summary>What the holder of a key may do; each role may what those before it may.</summary>
public enum Role
{
    /// <summary>Ask, trace and look.</summary>
    Ask,

    /// <summary>Change models, and take changes back.</summary>
    Edit,

    /// <summary>All else: exports, evaluation runs and statistics, which use the machine's disk and time.</summary>
    Admin,
}
