using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Tracing;

/// <summary>A fact to trace: a prompt that a model completes with the fact's object.</summary>
/// <param name="Prompt">The prompt, subject in place, such as <c>The Eiffel Tower is in</c>, or with <c>{}</c> for it.</param>
/// <param name="Subject">The subject, as it stands in the prompt.</param>
/// <param name="Answer">The object; null for whatever the model answers.</param>
public sealed record TraceFact(string Prompt, string Subject, string? Answer = null)
{
    /// <summary>The place of the subject in the prompt, see <see cref="SubjectPrompt.Find"/>.</summary>
    /// <exception cref="AmendException">Prompt or subject is empty, or the subject is not in the prompt once as whole words.</exception>
    public SubjectPrompt FindSubject() => string.IsNullOrWhiteSpace(Prompt)
        ? throw new AmendException($"The prompt of the subject '{Subject}' is empty; give a text that the model completes with the fact.")
        : SubjectPrompt.Find(Prompt, Subject);
}
