namespace Amend.Editing.Editors.Rome;

/// <summary>Which key gives ROME's direction and which its scale (register of defects, D1).</summary>
public enum KeyPolicy
{
    /// <summary>The key averaged over context templates in both places: R-ROME (Gupta et al. 2024).</summary>
    Averaged,

    /// <summary>The averaged key in the direction, the bare prompt's in the scale: kmeng01/rome as released.</summary>
    Original,

    /// <summary>The bare prompt's key in both places: p-ROME (Gupta et al. 2024).</summary>
    Bare,
}
