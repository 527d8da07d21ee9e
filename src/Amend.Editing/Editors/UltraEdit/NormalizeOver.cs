namespace Amend.Editing.Editors.UltraEdit;

/// <summary>The tokens over which the running mean and deviation go.</summary>
public enum NormalizeOver
{
    /// <summary>Those that are written: the ones from which the target's tokens are predicted.</summary>
    Target,

    /// <summary>All of prompt and target, which makes edits of a single fact possible.</summary>
    All,
}
