namespace Amend.Tracing;

/// <summary>A fact to trace: a prompt that a model completes with the fact's object.</summary>
/// <param name="Prompt">The prompt, subject in place, such as <c>The Eiffel Tower is in</c>.</param>
/// <param name="Subject">The subject; it stands in the prompt exactly once.</param>
/// <param name="Answer">The object; null for whatever the model answers.</param>
public sealed record TraceFact(string Prompt, string Subject, string? Answer = null);
