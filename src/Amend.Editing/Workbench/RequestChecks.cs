using System.Globalization;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Editing.Workbench;

/// <summary>What every editor refuses before it changes anything, in the order of what it costs to find out.</summary>
internal static class RequestChecks
{
    private const double Giga = 1e9;
    private const double Mega = 1e6;

    /// <summary>
    /// Refuses a model of a kind that the editor does not serve, an empty list, requests that cannot be edited, requests without the
    /// subject that the editor needs, a list for an editor that makes one
    /// edit at a time where edits in turn were not asked, and requests that contradict each other.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="editor">The editor.</param>
    /// <param name="requests">What is asked.</param>
    /// <param name="context">Whether edits in turn are asked.</param>
    /// <exception cref="AmendException">One of these holds.</exception>
    public static void Validate(LanguageModel model, IEditor editor, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        model.Require(editor.Name, editor.Info.Kinds);
        if (requests.Count == 0)
            throw new AmendException($"No edit of '{model.Name}' was requested; give at least one.");
        if (requests.Count > 1 && !editor.Info.Batch && !context.InTurn)
        {
            throw new AmendException(
                $"The editor {editor.Name} makes one edit at a time, and {requests.Count} requests were given; "
                + "use a batch editor such as memit, or ask for edits in turn (--in-turn).");
        }

        foreach (var request in requests)
        {
            request.Validated();
            if (request.Subject is null && editor.Info.NeedsSubject)
            {
                throw new AmendException(
                    $"{editor.Name} edits where a subject stands, and '{request.Prompt}' was given without one; "
                    + "give its subject, or use an editor that needs none, such as ft.");
            }
        }

        RefuseContradictions(requests);
    }

    /// <summary>Refuses an edit that needs more memory than is free.</summary>
    /// <param name="model">The model, with the edits that it has.</param>
    /// <param name="editor">The editor's name.</param>
    /// <param name="requests">What is asked, validated.</param>
    /// <param name="context">What is free.</param>
    /// <param name="load">What the edit holds in memory.</param>
    /// <exception cref="AmendException">The memory is too small.</exception>
    public static void RefuseOverload(
        LanguageModel model, string editor, IReadOnlyList<EditRequest> requests, EditContext context, EditLoad load)
    {
        var needed = load.Bytes(model, requests);
        if (context.FreeMemory(model.Device) is { } free && needed > free)
        {
            throw new AmendException(
                $"An edit with {editor} needs about {Text(needed)} beside '{model.Name}', and {Text(free)} are free; "
                + "edit fewer requests or layers at a time, or use a machine with more memory.");
        }
    }

    /// <summary>
    /// Scores the targets before anything is changed, and refuses answers that are no numbers and a target that the model gives already.
    /// </summary>
    /// <param name="model">The model, with the edits that it has.</param>
    /// <param name="requests">What is asked, validated.</param>
    /// <param name="context">Whether targets may be given already.</param>
    /// <returns>The score of each request's target.</returns>
    /// <exception cref="AmendException">A target is the present answer.</exception>
    /// <exception cref="ArithmeticException">A target's probability is no number.</exception>
    public static IReadOnlyList<TargetScore> Score(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        context.Pace.Report("scoring targets", 0, requests.Count);
        var scores = new TargetScorer(model).Score([.. requests.Select(request => (request.FilledPrompt, request.TargetNew))]);
        foreach (var (request, score) in requests.Zip(scores))
        {
            if (!double.IsFinite(score.LogProbability))
            {
                throw new ArithmeticException(
                    $"The log-probability of '{request.TargetNew}' after '{request.FilledPrompt}' is "
                    + $"{score.LogProbability.ToString(CultureInfo.InvariantCulture)} before anything was changed; "
                    + $"check the weights of '{model.Name}' and the edits that it has.");
            }

            if (score.IsGreedy && !context.EvenIfAnswered)
            {
                throw new AmendException(
                    $"'{model.Name}' answers '{request.FilledPrompt}' with '{request.TargetNew.Trim()}' already, "
                    + "so there is nothing to edit; give another target, or ask for the edit anyway (--anyway).");
            }
        }

        return scores;
    }

    /// <summary>Of two answers to one question only one could hold.</summary>
    private static void RefuseContradictions(IReadOnlyList<EditRequest> requests)
    {
        var first = new Dictionary<(string Prompt, string? Subject), (int Place, string Target)>();
        foreach (var (i, request) in requests.Index())
        {
            var (question, target) = ((request.Prompt.Trim(), request.Subject?.Trim()), request.TargetNew.Trim());
            if (!first.TryAdd(question, (i, target)) && first[question] is var (place, other) && other != target)
            {
                throw new AmendException(
                    $"Requests {place + 1} and {i + 1} of the batch contradict each other, "
                    + $"'{request.FilledPrompt}' with '{other}' and with '{target}'; leave one out.");
            }
        }
    }

    private static string Text(long bytes) => bytes >= Giga
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / Giga:0.0} GB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / Mega:0.000} MB");
}
