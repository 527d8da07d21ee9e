namespace Amend.Editing.Editors.Rome;

/// <summary>
/// Which experts of a mixture write a fact, and how much of it each (docs/decisions/0008). Of a dense MLP all are the same.
/// </summary>
public enum ExpertShare
{
    /// <summary>Those that the subject's last token chooses, together: the least change that gives the value.</summary>
    Joint,

    /// <summary>The one that the router gives the greatest weight, the whole value.</summary>
    Top,

    /// <summary>Each of those that are chosen, the whole value, as if it were the MLP; the router's weights then parts it.</summary>
    Each,
}
