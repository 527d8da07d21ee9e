namespace Amend.Atlas.Suites;

/// <summary>Tells for each (prompt, object) whether the model's greedy answer to the prompt is exactly the object.</summary>
internal delegate bool[] Recall(IReadOnlyList<(string Prompt, string Object)> questions);
