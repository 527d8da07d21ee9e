using System.Text.Json.Serialization;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Editing;

/// <summary>A fact to change: ⟨subject, prompt, target⟩ to ⟨subject, prompt, target_new⟩.</summary>
/// <param name="Prompt">
/// The relation as text with exactly one <c>{}</c> for the subject, or whole without a subject; the target follows.
/// </param>
/// <param name="Subject">The subject, as it stands in the prompt; null for editors that need none.</param>
/// <param name="TargetNew">The object that the model should give, o*; a label, by name or id, for a classifier.</param>
public sealed record EditRequest(
    string Prompt, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Subject, string TargetNew)
{
    /// <summary>
    /// The object that the model gives now, o, where known; compared with, and used by no edit but those of <c>ke</c>, whose network reads
    /// what is to change.
    /// </summary>
    public string? TargetTrue { get; init; }

    /// <summary>Other ways to ask the same, whole prompts; to check generalization.</summary>
    public IReadOnlyList<string> Paraphrases { get; init; } = [];

    /// <summary>Prompts about other subjects, which must keep their answers; to check locality.</summary>
    public IReadOnlyList<string> Neighbors { get; init; } = [];

    /// <summary>The prompt with the subject in its place.</summary>
    public string FilledPrompt => Subject is null ? Prompt : ToSubjectPrompt().Text;

    /// <summary>All that it asks: the prompt with the subject in its place, the paraphrases and the neighbours.</summary>
    [JsonIgnore]
    public IReadOnlyList<(string Text, AskedKind Kind)> Prompts =>
    [
        (FilledPrompt, AskedKind.Prompt),
        .. Paraphrases.Select(text => (text, AskedKind.Paraphrase)),
        .. Neighbors.Select(text => (text, AskedKind.Neighbor)),
    ];

    /// <summary>The prompt and its subject.</summary>
    /// <exception cref="InvalidOperationException">The request has no subject.</exception>
    public SubjectPrompt ToSubjectPrompt() => Subject is null
        ? throw new InvalidOperationException(
            $"The place of the subject was asked of the request '{Prompt}', which has none; ask editors whether they need one.")
        : new SubjectPrompt(Prompt, Subject);

    /// <summary>
    /// Whether another request asks the same of the model, the subject and the prompt being equal but for spaces around them.
    /// </summary>
    public bool AsksTheSameAs(EditRequest other) =>
        Prompt.AsSpan().Trim().SequenceEqual(other.Prompt.AsSpan().Trim()) && Subject?.Trim() == other.Subject?.Trim();

    /// <summary>The request, or a refusal of one that cannot be edited.</summary>
    /// <exception cref="AmendException">
    /// The prompt has not exactly one <c>{}</c> for the subject, or has one and no subject, or prompt, subject or target is empty.
    /// </exception>
    public EditRequest Validated()
    {
        if (Subject is not null && string.IsNullOrWhiteSpace(Subject))
            throw new AmendException($"The subject for the prompt '{Prompt}' is empty; give the name that stands in place of {{}}.");
        if (string.IsNullOrWhiteSpace(Prompt))
            throw new AmendException($"The prompt before the new target '{TargetNew}' is empty; give at least one word.");
        var places = Prompt.Split(SubjectPrompt.Mark).Length - 1;
        if (Subject is null && places > 0)
        {
            throw new AmendException(
                $"The prompt '{Prompt}' has a place {{}} for a subject, and none was given; give the subject, or write the prompt whole.");
        }

        if (Subject is not null && places != 1)
        {
            throw new AmendException(
                $"The prompt '{Prompt}' has {places} places {{}} for the subject; write it with exactly one, such as \"{{}} is in\".");
        }

        if (string.IsNullOrWhiteSpace(TargetNew))
            throw new AmendException($"The new target for '{FilledPrompt}' is empty; give the object that the model should say.");
        return this;
    }

    /// <summary>
    /// A request from a whole prompt that contains its subject, or from one that has <c>{}</c> already; see
    /// <see cref="SubjectPrompt.Find"/>. Without a subject the prompt stays whole.
    /// </summary>
    /// <exception cref="AmendException">
    /// The subject is not in the prompt once as whole words, or a part of the request is empty.
    /// </exception>
    public static EditRequest From(string prompt, string? subject, string targetNew)
    {
        if (string.IsNullOrWhiteSpace(subject))
            return new EditRequest(prompt, subject, targetNew).Validated();
        var about = SubjectPrompt.Find(prompt, subject);
        return new EditRequest(about.Template, about.Subject, targetNew).Validated();
    }
}
