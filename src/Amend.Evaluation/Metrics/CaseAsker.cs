using Amend.Models;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>Asks what metrics need of cases; teacher-forced pairs go in batches over all cases.</summary>
public sealed class CaseAsker
{
    private readonly IModelAnswers _answers;

    /// <summary>Creates one that asks who answers.</summary>
    /// <param name="answers">Who answers.</param>
    public CaseAsker(IModelAnswers answers) => _answers = answers;

    /// <summary>Creates one that asks a model.</summary>
    /// <param name="model">The model to ask, with the edits that it has at each measurement.</param>
    /// <param name="options">How it is asked.</param>
    public CaseAsker(LanguageModel model, AskingOptions? options = null)
        : this(new LiveAnswers(model, options))
    {
    }

    /// <summary>What some metrics need together.</summary>
    public static MetricNeeds NeedsOf(IEnumerable<IMetric> metrics) =>
        metrics.Aggregate(MetricNeeds.None, (needs, metric) => needs | metric.Info.Needs);

    /// <summary>The prompts of a case that are asked, in the order of the answers.</summary>
    public static IReadOnlyList<MetricPrompt> PromptsOf(MetricCase one, MetricNeeds needs) =>
        [.. one.Prompts.Where(prompt => needs.HasFlag(MetricPrompt.NeedOf(prompt.Kind)))];

    /// <summary>Asks about one case.</summary>
    public CaseAnswers Ask(MetricCase asked, MetricNeeds needs) => Ask([asked], needs)[0];

    /// <summary>Asks about cases.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="needs">What is needed; nothing else is asked.</param>
    /// <returns>The answers of each case, in their order.</returns>
    /// <exception cref="Tensors.AmendException">A prompt or target is empty, or exceeds the model's context.</exception>
    public IReadOnlyList<CaseAnswers> Ask(IReadOnlyList<MetricCase> cases, MetricNeeds needs)
    {
        IReadOnlyList<MetricPrompt>[] prompts = [.. cases.Select(one => PromptsOf(one, needs))];
        var answers = new Queue<PromptAnswer>(Answer([.. prompts.SelectMany(of => of)], needs));
        var probe = needs.HasFlag(MetricNeeds.Probe) ? _answers.ProbeShare() : null;
        var perplexity = needs.HasFlag(MetricNeeds.FixedText) ? _answers.FixedTextPerplexity() : null;
        return
        [
            .. cases.Select((one, at) => new CaseAnswers([.. prompts[at].Select(_ => answers.Dequeue())])
            {
                Generations = needs.HasFlag(MetricNeeds.Generations) ? _answers.Texts(one.GenerationPrompts) : [],
                FixedTextPerplexity = perplexity,
                ProbeShare = probe,
            }),
        ];
    }

    private IEnumerable<PromptAnswer> Answer(MetricPrompt[] prompts, MetricNeeds needs)
    {
        MetricPrompt[] rivalled = needs.HasFlag(MetricNeeds.Rival) ? [.. prompts.Where(prompt => prompt.Rival is not null)] : [];
        var scored = _answers.Targets([.. prompts.Select(p => (p.Prompt, p.Wanted)), .. rivalled.Select(p => (p.Prompt, p.Rival!))]);
        string[] free = [.. prompts.Where(prompt => prompt.IsAnsweredFreely).Select(prompt => prompt.Prompt)];
        var rivals = new Queue<TargetAnswer>(scored.Skip(prompts.Length));
        var generated = new Queue<GeneratedAnswer>(_answers.Greedy(needs.HasFlag(MetricNeeds.GreedyAnswers) ? free : []));
        var inChat = new Queue<GeneratedAnswer>(_answers.InChat(needs.HasFlag(MetricNeeds.ChatAnswers) ? free : []));
        foreach (var (prompt, wanted) in prompts.Zip(scored))
        {
            yield return new PromptAnswer(
                prompt,
                wanted,
                rivals.Count > 0 && prompt.Rival is not null ? rivals.Dequeue() : null,
                generated.Count > 0 && prompt.IsAnsweredFreely ? generated.Dequeue() : null)
            {
                InChat = inChat.Count > 0 && prompt.IsAnsweredFreely ? inChat.Dequeue() : null,
            };
        }
    }
}
