using Amend.Editing;
using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Checks;

/// <summary>Asks a model before an edit and again after it: the quick check that a person sees, no benchmark.</summary>
public sealed class EditCheck
{
    private const int TopCount = 5;
    private readonly LanguageModel _model;
    private readonly EditRequest _request;
    private readonly IReadOnlyList<TokenProbability> _topBefore;
    private readonly string[] _answersBefore;
    private readonly IReadOnlyList<TargetScore> _scoresBefore;

    private EditCheck(LanguageModel model, EditRequest request)
    {
        _model = model;
        _request = request;
        _topBefore = NextTokens.Top(model, request.FilledPrompt, TopCount);
        (_answersBefore, _scoresBefore) = Ask();
    }

    /// <summary>Asks before the edit.</summary>
    public static EditCheck Before(LanguageModel model, EditRequest request) => new(model, request);

    /// <summary>Asks after the edit and compares.</summary>
    public EditCheckReport After()
    {
        var (answers, scores) = Ask();
        var prompts = Prompts.Select((prompt, i) => new CheckedPrompt(
            prompt, _answersBefore[i], answers[i], _scoresBefore[i].Probability, scores[i].Probability, scores[i].IsGreedy)).ToArray();
        return new EditCheckReport(
            _topBefore,
            NextTokens.Top(_model, _request.FilledPrompt, TopCount),
            prompts[0],
            prompts[1..(1 + _request.Paraphrases.Count)],
            prompts[(1 + _request.Paraphrases.Count)..]);
    }

    private string[] Prompts => [_request.FilledPrompt, .. _request.Paraphrases, .. _request.Neighbors];

    private (string[] Answers, IReadOnlyList<TargetScore> Scores) Ask() =>
    (
        [.. Prompts.Select(prompt => ShortAnswer.Of(_model, prompt))],
        new TargetScorer(_model).Score([.. Prompts.Select(prompt => (prompt, _request.TargetNew))]));
}
