using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Editing.Checks;

/// <summary>Asks a model before an edit and again after it: the quick check that a person sees, no benchmark.</summary>
public sealed class EditCheck
{
    private const int TopCount = 5;
    private const int MostChatTokens = 32;
    private readonly LanguageModel _model;
    private readonly EditRequest _request;
    private readonly ChatModel? _chat;
    private readonly string? _chatBefore;
    private readonly IReadOnlyList<TokenProbability> _topBefore;
    private readonly string[] _answersBefore;
    private readonly IReadOnlyList<TargetScore> _scoresBefore;

    private EditCheck(LanguageModel model, EditRequest request, ChatModel? chat)
    {
        _model = model;
        _request = request;
        _chat = chat;
        _topBefore = NextTokens.Top(model, request.FilledPrompt, TopCount);
        (_answersBefore, _scoresBefore) = Ask();
        _chatBefore = AskInChat();
    }

    /// <summary>Asks before the edit.</summary>
    /// <param name="model">The model.</param>
    /// <param name="request">The edit.</param>
    /// <param name="chat">The model behind its chat template, to be asked the edited prompt, too; not asked when null.</param>
    public static EditCheck Before(LanguageModel model, EditRequest request, ChatModel? chat = null) => new(model, request, chat);

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
            prompts[(1 + _request.Paraphrases.Count)..])
        {
            Chat = _chatBefore is null ? null : new CheckedChat(_chatBefore, AskInChat()!),
        };
    }

    /// <summary>What became of the request, in short.</summary>
    /// <param name="after">What <see cref="After"/> found.</param>
    public RequestOutcome Outcome(EditCheckReport after) => new(
        after.Prompt.Prompt,
        _request.TargetNew,
        after.Prompt.ProbabilityBefore,
        after.Prompt.ProbabilityAfter,
        _scoresBefore[0].IsGreedy,
        after.Prompt.GivesTarget,
        after.Paraphrases.Count,
        after.Paraphrases.Count(paraphrase => paraphrase.GivesTarget));

    private string? AskInChat() => _chat?.Answer(_request.FilledPrompt, new GenerationOptions { MaxNewTokens = MostChatTokens });

    private string[] Prompts => [.. _request.Prompts.Select(prompt => prompt.Text)];

    private (string[] Answers, IReadOnlyList<TargetScore> Scores) Ask() =>
    (
        [.. Prompts.Select(prompt => ShortAnswer.Ask(_model, prompt))],
        new TargetScorer(_model).Score([.. Prompts.Select(prompt => (prompt, _request.TargetNew))]));
}
