using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Editing.Checks;

/// <summary>
/// Asks a model for the new objects of many requests before they are edited and again after it: the quick check that a person
/// sees; what else the edits moved is what an evaluation is for.
/// </summary>
public sealed class RequestsCheck
{
    private readonly TargetScorer _scorer;
    private readonly IReadOnlyList<EditRequest> _requests;
    private readonly IReadOnlyList<TargetScore> _before;

    private RequestsCheck(LanguageModel model, IReadOnlyList<EditRequest> requests)
    {
        (_scorer, _requests) = (new TargetScorer(model), requests);
        _before = Prompts();
    }

    /// <summary>Asks before the edits.</summary>
    public static RequestsCheck Before(LanguageModel model, IReadOnlyList<EditRequest> requests) => new(model, requests);

    /// <summary>How many requests there are.</summary>
    public int Count => _requests.Count;

    /// <summary>The requests whose new object greedy decoding gave before.</summary>
    public IReadOnlyList<EditRequest> GivenBefore => [.. _requests.Where((_, i) => _before[i].IsGreedy)];

    /// <summary>Asks after the edits and compares.</summary>
    public RequestsReport After()
    {
        var after = Prompts();
        var paraphrases = _scorer.Score(
            [.. _requests.SelectMany(request => request.Paraphrases.Select(prompt => (prompt, request.TargetNew)))]);
        var (outcomes, first) = (new List<RequestOutcome>(), 0);
        foreach (var (i, request) in _requests.Index())
        {
            var count = request.Paraphrases.Count;
            outcomes.Add(new RequestOutcome(
                request.FilledPrompt,
                request.TargetNew,
                _before[i].Probability,
                after[i].Probability,
                _before[i].IsGreedy,
                after[i].IsGreedy,
                count,
                paraphrases.Skip(first).Take(count).Count(score => score.IsGreedy)));
            first += count;
        }

        return new RequestsReport(outcomes);
    }

    private IReadOnlyList<TargetScore> Prompts() =>
        _scorer.Score([.. _requests.Select(request => (request.FilledPrompt, request.TargetNew))]);
}
