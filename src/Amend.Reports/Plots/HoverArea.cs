namespace Amend.Reports.Plots;

/// <summary>A part of a picture that tells more where the pointer rests on it in a page.</summary>
/// <param name="Left">Left edge, in CSS pixels.</param>
/// <param name="Top">Upper edge.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
/// <param name="Text">What it tells.</param>
public sealed record HoverArea(float Left, float Top, float Width, float Height, string Text);
