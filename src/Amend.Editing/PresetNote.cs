namespace Amend.Editing;

/// <summary>Where an editor's settings for a known model come from.</summary>
/// <param name="Model">The model that they were published or tuned for, known by its family and sizes.</param>
/// <param name="Source">Who published them, or on what they were tuned.</param>
public sealed record PresetNote(string Model, string Source);
