using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>
/// Portability (Yao et al. 2023, section 4): whether what follows from an edit is answered, by one more step of reasoning, another
/// name of the subject, or the reversed relation. A prompt counts by the best of its accepted answers, a case by the mean of its
/// prompts; a case without such prompts has no value.
/// </summary>
public static class PortabilityMetrics
{
    private const string Paper = "Yao et al. 2023, portability; zjunlp/EasyEdit";
    private const double Percent = 100;

    /// <summary>The share of the answer's tokens that are the likeliest at their place.</summary>
    public static IMetric TokenAccuracy { get; } = Of(
        "tf.token_acc.portability", "Answer's tokens that are the likeliest, portability", Decoding.TeacherForced, MetricNeeds.None,
        asked => asked.Max(one => one.Wanted.Hits.Average(hit => hit ? 1.0 : 0)));

    /// <summary>Whether all tokens of an accepted answer are the likeliest at their places.</summary>
    public static IMetric TeacherForcedExact { get; } = Of(
        "tf.exact.portability", "All tokens of an answer are the likeliest, portability", Decoding.TeacherForced, MetricNeeds.None,
        asked => asked.Any(one => one.Wanted.Score.IsGreedy) ? 1 : 0);

    /// <summary>Whether the generated answer is an accepted one.</summary>
    public static IMetric FreeExact { get; } = Of(
        "gen.exact.portability", "Generated answer is an accepted one, portability", Decoding.Greedy, MetricNeeds.GreedyAnswers,
        asked => Free(asked, said => said.Answer, FreeAnswer.IsExact));

    /// <summary>Whether the generated text has an accepted answer somewhere.</summary>
    public static IMetric FreeContains { get; } = Of(
        "gen.contains.portability", "Generated text contains an accepted answer, portability", Decoding.Greedy, MetricNeeds.GreedyAnswers,
        asked => Free(asked, said => said.Text, FreeAnswer.Contains));

    private static CaseMetric Of(
        string id, string title, Decoding decoding, MetricNeeds needs, Func<IReadOnlyList<PromptAnswer>, double?> figure) => new(
        new MetricInfo { Id = id, Title = title, Paper = Paper, Decoding = decoding, Needs = MetricNeeds.Portability | needs },
        measured => Percent * Prompts(measured.Now).Average(figure));

    private static double? Free(
        IReadOnlyList<PromptAnswer> asked, Func<GeneratedAnswer, string> text, Func<string, string, bool> isRight) =>
        asked[0].Generated is { } said ? asked.Any(one => isRight(text(said), one.Prompt.Wanted)) ? 1 : 0 : null;

    /// <summary>The answers to each prompt: the first, and its repetitions with other accepted answers.</summary>
    private static IEnumerable<IReadOnlyList<PromptAnswer>> Prompts(CaseAnswers answers)
    {
        var asked = new List<PromptAnswer>();
        foreach (var answer in answers.Of(PromptKind.Portability))
        {
            if (!answer.Prompt.IsRepeated && asked.Count > 0)
            {
                yield return asked;
                asked = [];
            }

            asked.Add(answer);
        }

        if (asked.Count > 0)
            yield return asked;
    }
}
