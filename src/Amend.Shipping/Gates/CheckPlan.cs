using Amend.Editing;
using Amend.Editing.Checks;
using Amend.Editing.Stores;
using Amend.Models.Generation;

namespace Amend.Shipping.Gates;

/// <summary>All that a check asks of a model.</summary>
/// <param name="Edits">The ids of the edits that are checked, in order.</param>
/// <param name="Questions">What is asked for them.</param>
internal sealed record CheckPlan(IReadOnlyList<string> Edits, IReadOnlyList<CheckQuestion> Questions)
{
    /// <summary>
    /// The edits without a question: imported ones, whose facts are not known, and those that a later one takes the place of.
    /// </summary>
    public IReadOnlyList<string> NotAsked => [.. Edits.Except(Questions.Select(question => question.Edit))];

    /// <summary>The text whose perplexity is measured; null for none.</summary>
    public string? FixedText { get; private init; }

    /// <summary>The facts of the probe that no edit is about.</summary>
    public IReadOnlyList<ProbeFact> Probe { get; private init; } = [];

    /// <summary>How long answers are.</summary>
    public WritingOptions Writing { get; private init; } = new();

    /// <summary>The plan for edits of a store.</summary>
    /// <param name="store">The model's edits.</param>
    /// <param name="ids">Whole ids of those to check, in the order of their application.</param>
    /// <param name="options">What else is asked.</param>
    /// <exception cref="Tensors.AmendException">The file of an edit is missing or broken.</exception>
    public static CheckPlan Of(EditStore store, IReadOnlyList<string> ids, CheckOptions options)
    {
        var facts = new List<(string Edit, EditRequest Request)>();
        foreach (var id in ids)
        {
            foreach (var request in store.RecordOf(id).Requests.Where(request => request.TargetNew.Length > 0))
            {
                facts.RemoveAll(earlier => earlier.Request.AsksTheSameAs(request));
                facts.Add((id, request));
            }
        }

        return new CheckPlan(ids, [.. facts.SelectMany(fact => CheckQuestion.Of(fact.Edit, fact.Request))])
        {
            FixedText = options.FixedText,
            Probe = [.. options.Probe.Where(asked => !facts.Exists(fact => IsAbout(asked, fact.Request)))],
            Writing = options.Writing,
        };
    }

    private static bool IsAbout(ProbeFact asked, EditRequest request) =>
        asked.Prompt.Contains(request.Subject ?? request.Prompt, StringComparison.Ordinal);
}

/// <summary>A question of a check.</summary>
/// <param name="Edit">The id of the edit that it is asked for.</param>
/// <param name="Kind">What it is to the edit.</param>
/// <param name="Prompt">The whole prompt.</param>
/// <param name="Target">The edit's new object, which prompts and paraphrases should give.</param>
internal sealed record CheckQuestion(string Edit, AskedKind Kind, string Prompt, string Target)
{
    /// <summary>The questions for a fact.</summary>
    public static IEnumerable<CheckQuestion> Of(string edit, EditRequest request) =>
        request.Prompts.Select(prompt => new CheckQuestion(edit, prompt.Kind, prompt.Text, request.TargetNew));
}
