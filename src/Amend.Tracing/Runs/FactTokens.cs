using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Passes;
using Amend.Models.Scoring;
using Amend.Tensors;

namespace Amend.Tracing.Runs;

/// <summary>A fact as tokens.</summary>
/// <param name="Fact">The fact, its prompt whole.</param>
/// <param name="PromptIds">The prompt's token ids, T.</param>
/// <param name="Tokens">The text of each, T.</param>
/// <param name="SubjectStart">The subject's first token.</param>
/// <param name="SubjectEnd">The token after its last.</param>
/// <param name="AnswerIds">The token ids of the answer whose probability is read, A.</param>
/// <param name="Answer">Their text.</param>
internal sealed record FactTokens(
    TraceFact Fact,
    IReadOnlyList<int> PromptIds,
    IReadOnlyList<string> Tokens,
    int SubjectStart,
    int SubjectEnd,
    IReadOnlyList<int> AnswerIds,
    string Answer)
{
    /// <summary>What passes are run over: the prompt and all tokens of the answer but the last, N.</summary>
    public IReadOnlyList<int> Ids { get; } = [.. PromptIds, .. AnswerIds.SkipLast(1)];

    /// <summary>The number of subject tokens, M.</summary>
    public int SubjectLength => SubjectEnd - SubjectStart;

    /// <summary>Tells a pass where the fact's prompt ends, in each of its rows.</summary>
    /// <param name="pass">A pass over the sequence's first S tokens, past ones included.</param>
    public AttentionScope Ending(AttentionScope pass) =>
        pass.EndingAt(pass.KeyPositions.eq(ReadFrom).expand(pass.Positions.shape[0], -1));

    /// <summary>The first place whose next token is the answer's; the answer's tokens are read there and behind it.</summary>
    public int ReadFrom => PromptIds.Count - 1;

    /// <summary>Tokenizes a fact and finds its subject and its answer.</summary>
    /// <exception cref="AmendException">
    /// The prompt is empty, the subject is not in it once as whole words, or edits put text in front of prompts.
    /// </exception>
    public static FactTokens Create(LanguageModel model, TraceFact fact, AnswerScoring scoring)
    {
        if (model.Applied.HasPreamble)
        {
            throw new AmendException(
                $"'{model.Name}' has edits that put text in front of prompts, and '{fact.Prompt}' was to be traced, which is done bare; "
                + "take those edits back first.");
        }

        var about = fact.FindSubject();
        fact = fact with { Prompt = about.Text, Subject = about.Subject };
        var whole = model.Tokenize(fact.Prompt);
        var (ids, answerIds) = Answered(model, fact, scoring);
        var (first, last) = (whole.FirstTokenOf(about.Start, about.End), whole.LastTokenOf(about.Start, about.End));
        if (first < 0 || last >= ids.Count)
            throw new AmendException(
                $"The tokens of '{fact.Prompt}' do not part its subject '{fact.Subject}' from the answer; "
                + "give a prompt that goes on after the subject.");
        model.CheckLength(ids.Count + answerIds.Count);
        var tokens = whole.Spans.Take(ids.Count).Select(span => fact.Prompt[span.Start..Math.Min(span.End, fact.Prompt.Length)]);
        return new FactTokens(fact, ids, [.. tokens], first, last + 1, answerIds, model.Tokenizer.Decode(answerIds).Trim());
    }

    private static (IReadOnlyList<int> Prompt, IReadOnlyList<int> Answer) Answered(
        LanguageModel model, TraceFact fact, AnswerScoring scoring)
    {
        var answer = fact.Answer ?? (scoring == AnswerScoring.Whole ? ShortAnswer.Ask(model, fact.Prompt) : "");
        if (fact.Answer is null && answer.Length == 0)
            return (model.Tokenize(fact.Prompt).Ids, [NextTokens.Top(model, fact.Prompt, 1)[0].Id]);
        var sequence = TargetSequence.Create(model, fact.Prompt, answer);
        var tokens = scoring == AnswerScoring.FirstToken ? 1 : sequence.TargetTokens;
        return ([.. sequence.Ids.Take(sequence.TargetStart)], [.. sequence.Ids.Skip(sequence.TargetStart).Take(tokens)]);
    }
}
