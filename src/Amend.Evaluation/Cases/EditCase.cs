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

    /// <summary>What is to change: the requests, or else the label of a text.</summary>
    public IReadOnlyList<CaseRequest> Asked => Requests.Count > 0 || Classification is null ? Requests : [Classification.ToRequest()];

    /// <summary>The case as requests to an editor; where there is one, with what it is checked by.</summary>
    /// <exception cref="AmendException">The case has no request, or one lacks its new target.</exception>
    public IReadOnlyList<EditRequest> ToEditRequests()
    {
        if (Asked.Count == 0)
            throw new AmendException($"Case {Id} has no request, so there is nothing to edit; use a data set with edits.");
        if (Asked.Count > 1)
            return [.. Asked.Select(request => request.ToEditRequest())];
        return
        [
            Asked[0].ToEditRequest() with { Paraphrases = Paraphrases, Neighbors = [.. Neighborhood.Select(prompt => prompt.Text)] },
        ];
    }
}

/// <summary>Questions over a chain of facts, some of which the case edits (MQuAKE, Zhong et al. 2023, section 3).</summary>
public sealed record MultiHopTest
{
    /// <summary>The same question in several wordings; one right answer counts.</summary>
    public required IReadOnlyList<string> Questions { get; init; }

    /// <summary>The answer before the edits.</summary>
    public required CaseAnswer Answer { get; init; }

    /// <summary>The answer after them.</summary>
    public required CaseAnswer NewAnswer { get; init; }

    /// <summary>The chain before the edits.</summary>
    public IReadOnlyList<HopQuestion> Hops { get; init; } = [];

    /// <summary>The chain after them.</summary>
    public IReadOnlyList<HopQuestion> NewHops { get; init; } = [];
}

/// <summary>One fact of a chain (MQuAKE, Zhong et al. 2023).</summary>
/// <param name="Question">The fact as a question.</param>
/// <param name="Answer">Its answer.</param>
public sealed record HopQuestion(string Question, CaseAnswer Answer)
{
    /// <summary>The fact as a prompt that the answer follows, where there is one.</summary>
    public string? Cloze { get; init; }
}

/// <summary>One test of an edit's ripple effects (Cohen et al. 2023, RippleEdits).</summary>
/// <param name="Axis">One of the six axes, such as <c>Compositionality_I</c>.</param>
/// <param name="Queries">What is asked after the edit, at least one.</param>
public sealed record RippleTest(string Axis, IReadOnlyList<CasePrompt> Queries)
{
    /// <summary>Whether all queries must be answered (<c>AND</c>) instead of one of them (<c>OR</c>).</summary>
    public bool All { get; init; }

    /// <summary>What the model must answer before the edit for the test to count.</summary>
    public IReadOnlyList<CasePrompt> Conditions { get; init; } = [];
}

/// <summary>A text to classify, of data sets that have no subject (FEVER, SCOTUS).</summary>
/// <param name="Text">The text.</param>
/// <param name="Label">Its right label.</param>
public sealed record LabelledText(string Text, string Label)
{
    /// <summary>All labels of the data set, in its order.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>What the authors' model said, where the data set has it.</summary>
    public string? Prediction { get; init; }

    /// <summary>The label that the edit should give the text, where the data set has one.</summary>
    public string? LabelNew { get; init; }

    /// <summary>The text as a request without a subject, for the label that it should get in place of what is said of it now.</summary>
    public CaseRequest ToRequest() => new(Text) { TargetNew = LabelNew, TargetTrue = Prediction ?? Label };
}
