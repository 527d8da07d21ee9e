namespace Amend.Editing.Editors.Rome;

/// <summary>What the averaged key is mapped to in addition to what it is mapped to now (register of defects, D22).</summary>
public enum Numerator
{
    /// <summary>The optimised change of the value, delta, exactly.</summary>
    Delta,

    /// <summary>v0 of the bare prompt + delta - the mean value over the templates: rebuilding-rome as released.</summary>
    RebuildingRome,
}
