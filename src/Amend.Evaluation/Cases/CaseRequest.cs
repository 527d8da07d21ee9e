using Amend.Editing;
using Amend.Models.Subjects;
using Amend.Tensors;

namespace Amend.Evaluation.Cases;

/// <summary>A fact of a case: one to change where <see cref="TargetNew"/> is there, one to ask for where not.</summary>
/// <param name="Prompt">With one <c>{}</c> where the subject stands, or whole where the data set names no subject.</param>
public sealed record CaseRequest(string Prompt)
{
    /// <summary>The subject, as it stands in the prompt; null where the data set names none.</summary>
    public string? Subject { get; init; }

    /// <summary>The object that the model should give, o*; null where nothing is to change.</summary>
    public string? TargetNew { get; init; }

    /// <summary>The id of the new object, such as <c>Q15</c>, where the data set has one; reference texts are found by it.</summary>
    public string? TargetNewId { get; init; }

    /// <summary>The object that holds before the edit, o, where known.</summary>
    public string? TargetTrue { get; init; }

    /// <summary>Other names of <see cref="TargetTrue"/> or further right answers.</summary>
    public IReadOnlyList<string> TargetTrueAliases { get; init; } = [];

    /// <summary>The relation's name, such as <c>P30</c>, where there is one.</summary>
    public string? RelationId { get; init; }

    /// <summary>The fact as a question, where the data set has one beside the prompt.</summary>
    public string? Question { get; init; }

    /// <summary>Whether the new object is the one that holds before the edit, so that the two cannot be compared.</summary>
    public bool ChangesNothing => TargetNew is { } added && TargetTrue is { } kept && added.Trim() == kept.Trim();

    /// <summary>The prompt with the subject in its place.</summary>
    public string Text => Subject is null ? Prompt : new SubjectPrompt(Prompt, Subject).Text;

    /// <summary>The fact as a request to an editor.</summary>
    /// <exception cref="AmendException">The new target is missing, or the prompt has not one place for the subject.</exception>
    public EditRequest ToEditRequest()
    {
        if (TargetNew is null)
            throw new AmendException($"The request '{Text}' names no new target, so there is nothing to edit; use a data set with edits.");
        return new EditRequest(Prompt, Subject, TargetNew) { TargetTrue = TargetTrue }.Validated();
    }

    /// <summary>A request from a whole prompt that contains its subject, see <see cref="SubjectPrompt.Find"/>.</summary>
    /// <exception cref="AmendException">The subject is not in the prompt once as whole words.</exception>
    public static CaseRequest About(string subject, string prompt)
    {
        var found = SubjectPrompt.Find(prompt, subject);
        return new CaseRequest(found.Template) { Subject = found.Subject };
    }
}
