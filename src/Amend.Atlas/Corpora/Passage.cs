namespace Amend.Atlas.Corpora;

/// <summary>A text with the characters of its subjects and of the objects that a reader can know by then.</summary>
/// <param name="Text">The text; ends with a full stop.</param>
/// <param name="Subjects">Spans of the subjects' mentions, in order.</param>
/// <param name="Objects">Spans of the objects that stand after their subject.</param>
public sealed record Passage(string Text, IReadOnlyList<(int Start, int End)> Subjects, IReadOnlyList<(int Start, int End)> Objects);
