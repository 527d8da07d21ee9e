using Amend.Evaluation.Metrics;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Runs;

/// <summary>Answers whose time is counted.</summary>
internal sealed class TimedAnswers(IModelAnswers inner, PhaseClock clock) : IModelAnswers
{
    /// <inheritdoc/>
    public IReadOnlyList<TargetAnswer> Targets(IReadOnlyList<(string Prompt, string Target)> pairs) =>
        clock.Time(Phase.Scoring, () => inner.Targets(pairs));

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedAnswer> Greedy(IReadOnlyList<string> prompts) =>
        clock.Time(Phase.Generating, () => inner.Greedy(prompts));

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedAnswer> InChat(IReadOnlyList<string> prompts) =>
        clock.Time(Phase.Generating, () => inner.InChat(prompts));

    /// <inheritdoc/>
    public IReadOnlyList<string> Texts(IReadOnlyList<string> openings) => clock.Time(Phase.Generating, () => inner.Texts(openings));

    /// <inheritdoc/>
    public double? FixedTextPerplexity() => clock.Time(Phase.Scoring, inner.FixedTextPerplexity);

    /// <inheritdoc/>
    public double? ProbeShare() => clock.Time(Phase.Scoring, inner.ProbeShare);
}
