using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Reports;

/// <summary>What a model said to a prompt, as a report tells it.</summary>
/// <param name="Generated">Its greedy answer; null where it was not asked to write.</param>
/// <param name="WantedProbability">exp(-mean NLL a token) of the wanted answer, 0 to 1.</param>
/// <param name="RivalProbability">The same of the rival; null where there is none.</param>
public sealed record ReportedAnswer(string? Generated, double WantedProbability, double? RivalProbability)
{
    internal static ReportedAnswer Of(PromptAnswer answer) => new(
        answer.Generated?.Answer,
        Math.Exp(-answer.Wanted.Score.MeanNll),
        answer.Rival is { } rival ? Math.Exp(-rival.Score.MeanNll) : null);

    /// <summary>By how much the wanted answer is likelier than its rival, -1 to 1; without one, how likely it is.</summary>
    public double Margin() => WantedProbability - (RivalProbability ?? 0);
}
