using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Amend.Evaluation.Metrics;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Runs;

/// <summary>Answers as short JSON that gives them back exactly; the prompts are known from the case and are not repeated.</summary>
internal static class AnswerJson
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The answers to a case.</summary>
    public static string Of(CaseAnswers said) => JsonSerializer.Serialize(
        new Said([.. said.Prompts.Select(SaidToPrompt.Of)], said.Generations, said.FixedTextPerplexity) { F = said.ProbeShare },
        Options);

    /// <summary>The answers of a text to the prompts that were asked.</summary>
    /// <param name="json">The text.</param>
    /// <param name="prompts">The prompts, in the order of the answers.</param>
    public static CaseAnswers Read(string json, IReadOnlyList<MetricPrompt> prompts)
    {
        var said = JsonSerializer.Deserialize<Said>(json, Options)!;
        return new CaseAnswers([.. prompts.Zip(said.P, (prompt, to) => to.AnswerTo(prompt))])
        {
            Generations = said.T,
            FixedTextPerplexity = said.X,
            ProbeShare = said.F,
        };
    }

    /// <summary>One answer of a model.</summary>
    public static string Of(TargetAnswer answer) => JsonSerializer.Serialize(Teacher.Of(answer), Options);

    /// <summary>One answer of a model.</summary>
    public static string Of(GeneratedAnswer answer) => JsonSerializer.Serialize(answer, Options);

    /// <summary>A teacher-forced answer of a text.</summary>
    public static TargetAnswer ReadTarget(string json) => JsonSerializer.Deserialize<Teacher>(json, Options)!.Answer;

    /// <summary>A greedy answer of a text.</summary>
    public static GeneratedAnswer ReadGreedy(string json) => JsonSerializer.Deserialize<GeneratedAnswer>(json, Options)!;

    private sealed record Said(IReadOnlyList<SaidToPrompt> P, IReadOnlyList<string> T, double? X)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public double? F { get; init; }
    }

    private sealed record SaidToPrompt(
        Teacher W,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Teacher? R,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] GeneratedAnswer? G)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public GeneratedAnswer? C { get; init; }

        public static SaidToPrompt Of(PromptAnswer answer) =>
            new(Teacher.Of(answer.Wanted), answer.Rival is { } rival ? Teacher.Of(rival) : null, answer.Generated) { C = answer.InChat };

        public PromptAnswer AnswerTo(MetricPrompt prompt) => new(prompt, W.Answer, R?.Answer, G) { InChat = C };
    }

    private sealed record Teacher(double P, int[] T, int[] L)
    {
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public float[]? Z { get; init; }

        [JsonIgnore]
        public TargetAnswer Answer => new(new TargetScore(P, T.Length, T.SequenceEqual(L)), T, L) { LabelLogits = Z };

        public static Teacher Of(TargetAnswer answer) =>
            new(answer.Score.LogProbability, [.. answer.TargetIds], [.. answer.LikeliestIds])
            {
                Z = answer.LabelLogits is { } logits ? [.. logits] : null,
            };
    }
}
