using Amend.Editing;
using Amend.Tensors;

namespace Amend.Evaluation.Cases;

/// <summary>
/// One case of any data set in the richest common form: what is to change and all that measures it. What a data set does not
/// have is empty. As a file: docs/formats/cases.md.
/// </summary>
public sealed record EditCase
{
    /// <summary>The record's own id where it has one, and else its number in the file, from 0.</summary>
    public required string Id { get; init; }

    /// <summary>The facts that the case changes or asks for: mostly one, several in MQuAKE, none in a classification.</summary>
    public IReadOnlyList<CaseRequest> Requests { get; init; } = [];

    /// <summary>Other ways to ask the same, whole prompts, with o* (or the new label) as answer; for generalization.</summary>
    public IReadOnlyList<string> Paraphrases { get; init; } = [];

    /// <summary>Prompts about other subjects, which must keep their answers; for locality.</summary>
    public IReadOnlyList<CasePrompt> Neighborhood { get; init; } = [];

    /// <summary>Prompts about subjects that have the object o*.</summary>
    public IReadOnlyList<string> AttributePrompts { get; init; } = [];

    /// <summary>Openings of text about the subject; for fluency and consistency.</summary>
    public IReadOnlyList<string> GenerationPrompts { get; init; } = [];

    /// <summary>Questions whose answers follow from the edit.</summary>
    public IReadOnlyList<CasePrompt> Portability { get; init; } = [];

    /// <summary>Questions over a chain of facts.</summary>
    public MultiHopTest? MultiHop { get; init; }

    /// <summary>Ripple effects.</summary>
    public IReadOnlyList<RippleTest> Ripples { get; init; } = [];

    /// <summary>The text to classify.</summary>
    public LabelledText? Classification { get; init; }

    /// <summary>The case as requests to an editor; where there is one, with what it is checked by.</summary>
    /// <exception cref="AmendException">The case has no request, or one lacks its subject or new target.</exception>
    public IReadOnlyList<EditRequest> ToEditRequests()
    {
        if (Requests.Count == 0)
            throw new AmendException($"Case {Id} has no request, so there is nothing to edit; use a data set with edits.");
        if (Requests.Count > 1)
            return [.. Requests.Select(request => request.ToEditRequest())];
        return [Requests[0].ToEditRequest() with { Paraphrases = Paraphrases, Neighbors = [.. Neighborhood.Select(prompt => prompt.Text)] }];
    }
}
