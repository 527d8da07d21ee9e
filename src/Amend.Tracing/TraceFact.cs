using Amend.Tensors;

namespace Amend.Tracing;

/// <summary>A fact to trace: a prompt that a model completes with the fact's object.</summary>
/// <param name="Prompt">The prompt, subject in place, such as <c>The Eiffel Tower is in</c>.</param>
/// <param name="Subject">The subject; it stands in the prompt exactly once.</param>
/// <param name="Answer">The object; null for whatever the model answers.</param>
public sealed record TraceFact(string Prompt, string Subject, string? Answer = null)
{
    /// <summary>The character of the prompt at which the subject begins.</summary>
    /// <exception cref="AmendException">Prompt or subject is empty, or the subject is not in the prompt exactly once.</exception>
    public int FindSubject()
    {
        if (string.IsNullOrWhiteSpace(Prompt))
            throw new AmendException($"The prompt of the subject '{Subject}' is empty; give a text that the model completes with the fact.");
        if (string.IsNullOrWhiteSpace(Subject))
            throw new AmendException($"The subject of '{Prompt}' is empty; give the name that stands in the prompt.");
        var place = Prompt.IndexOf(Subject, StringComparison.Ordinal);
        if (place < 0)
            throw new AmendException($"The prompt '{Prompt}' does not contain the subject '{Subject}'; give the subject as it stands in the prompt.");
        if (Prompt.IndexOf(Subject, place + 1, StringComparison.Ordinal) >= 0)
            throw new AmendException($"The prompt '{Prompt}' contains the subject '{Subject}' more than once; give a prompt with it once.");
        return place + Subject.Length - Subject.TrimStart().Length;
    }
}
