using Amend.Editing;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Metrics;

namespace Amend.Evaluation.Runs;

/// <summary>The cases of a run, by their places from 0.</summary>
/// <param name="Read">As the data set has them.</param>
/// <param name="Asked">As metrics see them.</param>
/// <param name="Needs">What is asked of them.</param>
public sealed record RunCases(IReadOnlyList<EditCase> Read, IReadOnlyList<MetricCase> Asked, MetricNeeds Needs)
{
    /// <summary>What a reader of the figures should know of how they were read, a sentence each; mostly none.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>What editors that rehearse what the model was made for are given; nothing by default.</summary>
    public IReadOnlyList<UpstreamText> Replay { get; init; } = [];

    /// <summary>
    /// How many may be edited; those that stand beside a stream, to be measured only, follow them. All of them by default.
    /// </summary>
    public int Items { get; init; } = Read.Count;

    /// <summary>How many.</summary>
    public int Count => Read.Count;

    /// <summary>The places of those that are measured only.</summary>
    public IEnumerable<int> Standing => Enumerable.Range(Items, Count - Items);

    /// <summary>The prompts of a case that are asked, in the order of the answers.</summary>
    public IReadOnlyList<MetricPrompt> PromptsOf(int place) => CaseAsker.PromptsOf(Asked[place], Needs);
}
