using Amend.Editing.Tests;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using Amend.Tracing.Noise;
using Amend.Tracing.Results;

namespace Amend.Tracing.Tests;

/// <summary>A random model, facts of which its own greedy words are the answers, and traces made by hand.</summary>
internal static class SampleTraces
{
    public static readonly ModelShape Tiny = new(Layers: 5, Width: 32, MlpWidth: 128, Heads: 4, Vocabulary: 61, ContextLength: 64);

    public static LanguageModel Model() => RandomGpt2.Create(Tiny, seed: 7, gain: 10);

    /// <summary>A fact that the model knows.</summary>
    public static TraceFact Known(LanguageModel model, string prompt, string subject, int answerTokens = 1)
    {
        var answer = "";
        for (var token = 0; token < answerTokens; token++)
            answer += NextTokens.Top(model, prompt + answer, 1)[0].Text;
        return new TraceFact(prompt, subject, answer);
    }

    /// <summary>A trace of two layers with MLP scores at each token; clean 0.9, corrupted 0.1.</summary>
    public static FactTrace ByHand(int subjectStart, int subjectEnd, params double[][] scores) => new()
    {
        Model = "by-hand",
        WeightsHash = "00",
        Prompt = "a prompt",
        Subject = "subject",
        Answer = "answer",
        AnswerIds = [3],
        Tokens = [.. scores.Select((_, token) => $" t{token}")],
        SubjectStart = subjectStart,
        SubjectEnd = subjectEnd,
        Scoring = AnswerScoring.Whole,
        Noise = NoiseLevel.Fixed(0.1),
        Samples = 10,
        Seed = 1,
        Replicate = false,
        CleanProbability = 0.9,
        CorruptedProbability = 0.1,
        Maps = [new EffectMap("mlp", 10, scores)],
        TokenLayerSteps = 7,
    };
}
