using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics.Text;
using Amend.Tensors;

namespace Amend.Evaluation.Metrics;

/// <summary>A case as metrics see it, whatever data set it is from.</summary>
/// <param name="Id">What reports call it.</param>
/// <param name="Prompts">The edited prompt, paraphrases, neighbors and prompts of portability.</param>
public sealed record MetricCase(string Id, IReadOnlyList<MetricPrompt> Prompts)
{
    /// <summary>Openings of text about the subject.</summary>
    public IReadOnlyList<string> GenerationPrompts { get; init; } = [];

    /// <summary>Reference texts; null where there are none.</summary>
    public ReferenceTexts? References { get; init; }

    /// <summary>What the case is for; it is edited by default.</summary>
    public CaseRole Role { get; init; }

    /// <summary>
    /// A case of any data set: wanted is o* on the edited prompt and its paraphrases, and on neighborhood prompts the data set's
    /// answer, else o. Neighborhood prompts of which neither is known are left out: nothing can be compared there; so are prompts of
    /// portability without an answer, and neighbors of a labelled text without a right label. A prompt of portability is repeated for
    /// each further accepted answer. Where both objects are the same, there is no rival; nor is there where the fact has no new object
    /// and o is asked for.
    /// </summary>
    /// <param name="read">The case.</param>
    /// <param name="snippets">The reference texts of the data set, for RS; null where there are none.</param>
    /// <exception cref="AmendException">The case has not exactly one request with an object.</exception>
    public static MetricCase Of(EditCase read, AttributeSnippets? snippets = null)
    {
        if (read.Asked is not [var request])
            throw new AmendException(
                $"Case {read.Id} makes {read.Asked.Count} edits at once, and only cases of one are measured; "
                + "use a data set of single edits.");
        if ((request.TargetNew ?? request.TargetTrue) is not { } added)
            throw new AmendException(
                $"Case {read.Id} asks \"{request.Text}\" and names neither a new object nor the true one, so nothing can be measured; "
                + "use a data set that says what is to be answered.");
        var kept = request.TargetTrue;
        var ofOthers = read.Requests.Count > 0 ? kept : null;
        var rival = request.ChangesNothing || request.TargetNew is null ? null : kept;
        return new MetricCase(read.Id,
        [
            new MetricPrompt(PromptKind.Rewrite, request.Text, added, rival),
            .. read.Paraphrases.Select(prompt => new MetricPrompt(PromptKind.Paraphrase, prompt, added, rival)),
            .. read.Neighborhood
                .Select(prompt => (Prompt: prompt, Wanted: prompt.Answers.Count > 0 ? prompt.Answers[0].Text : ofOthers))
                .Where(one => one.Wanted is not null)
                .Select(one => Neighbor(one.Prompt, one.Wanted!, added)),
            .. read.Portability.SelectMany(Accepted),
        ])
        {
            GenerationPrompts = read.GenerationPrompts,
            References = snippets?.Of(request),
        };
    }

    /// <summary>
    /// A case of which nothing is asked but its own prompt, and which is never edited: wanted is the answer that holds before any edit
    /// upstream, and o* of a holdout, where the data set has both.
    /// </summary>
    /// <param name="read">The case.</param>
    /// <param name="role">What it is for.</param>
    /// <exception cref="AmendException">The case has not exactly one request with an object.</exception>
    public static MetricCase Standing(EditCase read, CaseRole role)
    {
        var own = Of(read).Prompts.First(prompt => prompt.Kind == PromptKind.Rewrite) with { Rival = null };
        if (role == CaseRole.Upstream && read.Asked[0].TargetTrue is { } holds)
            own = own with { Wanted = holds };
        return new MetricCase($"{role.ToString().ToLowerInvariant()}:{read.Id}", [own]) { Role = role };
    }

    private static MetricPrompt Neighbor(CasePrompt prompt, string wanted, string added) =>
        new(PromptKind.Neighborhood, prompt.Text, wanted, wanted.Trim() == added.Trim() ? null : added) { IsSplit = prompt.IsSplit };

    private static IEnumerable<MetricPrompt> Accepted(CasePrompt prompt) => prompt.Answers
        .SelectMany(answer => answer.Names)
        .Distinct(StringComparer.Ordinal)
        .Select((name, at) => new MetricPrompt(PromptKind.Portability, prompt.Text, name) { IsRepeated = at > 0 });
}

/// <summary>Texts about subjects of which a case's new target is true, for RS.</summary>
/// <param name="Words">The words and their frequencies, of all texts of the data set.</param>
/// <param name="Texts">The texts of this case.</param>
public sealed record ReferenceTexts(TfIdf Words, IReadOnlyList<string> Texts);
