using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Shipping.Gates;

/// <summary>What a model says to all that a check asks, in one state.</summary>
/// <param name="Scored">To each question, at the new object, teacher-forced.</param>
/// <param name="Written">To each question, freely; of a classifier its label.</param>
/// <param name="InChat">To each question behind the chat template; empty where there is none.</param>
internal sealed record StateAnswers(
    IReadOnlyList<TargetAnswer> Scored, IReadOnlyList<GeneratedAnswer> Written, IReadOnlyList<GeneratedAnswer> InChat)
{
    /// <summary>Whether the model writes, so that <see cref="Written"/> says more than <see cref="Scored"/>.</summary>
    public bool Writes { get; private init; }

    /// <summary>Perplexity of the fixed text; null where there is none, or the model predicts no text.</summary>
    public double? Perplexity { get; private init; }

    /// <summary>Whether each fact of the probe is given, greedily.</summary>
    public IReadOnlyList<bool> Probe { get; private init; } = [];

    /// <summary>Asks a model as it is.</summary>
    /// <exception cref="Tensors.AmendException">The model says nothing of the kind, or a prompt or object is too long for it.</exception>
    public static StateAnswers Ask(LanguageModel model, CheckPlan plan)
    {
        model.Require("A check", TargetBatch.Kinds);
        var (scorer, writer) = (new TargetScorer(model), new FreeWriter(model, plan.Writing));
        string[] prompts = [.. plan.Questions.Select(question => question.Prompt)];
        var scored = scorer.Answers([.. plan.Questions.Select(question => (question.Prompt, question.Target))]);
        var writes = model.Transformer is CausalDecoder or EncoderDecoder;
        return new StateAnswers(scored, writer.Answers(prompts), writer.AnswersInChat(prompts))
        {
            Writes = writes,
            Perplexity = plan.FixedText is { } text && model.Transformer is CausalDecoder
                ? TextScorer.Perplexity(model, model.Tokenize(text).Ids)
                : null,
            Probe = writes
                ? [.. scorer.Score([.. plan.Probe.Select(fact => (fact.Prompt, fact.Answer))]).Select(score => score.IsGreedy)]
                : [],
        };
    }
}
