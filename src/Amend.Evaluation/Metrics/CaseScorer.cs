using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>Asks a model, as it is now, what metrics need of cases; teacher-forced pairs go in batches over all cases.</summary>
public sealed class CaseScorer
{
    private readonly LanguageModel _model;
    private readonly CaseScorerOptions _options;
    private readonly TargetScorer _targets;
    private readonly CaseGenerator _generator;

    /// <summary>Creates a scorer.</summary>
    /// <param name="model">The model to ask, with the edits that it has at each measurement.</param>
    /// <param name="options">How it is asked.</param>
    public CaseScorer(LanguageModel model, CaseScorerOptions? options = null)
    {
        _model = model;
        _options = options ?? new CaseScorerOptions();
        _targets = new TargetScorer(model, _options.BatchSize);
        _generator = new CaseGenerator(model, _options);
    }

    /// <summary>What some metrics need together.</summary>
    public static MetricNeeds NeedsOf(IEnumerable<IMetric> metrics) => metrics.Aggregate(MetricNeeds.None, (needs, metric) => needs | metric.Info.Needs);

    /// <summary>Asks about one case.</summary>
    public CaseAnswers Ask(MetricCase asked, MetricNeeds needs) => Ask([asked], needs)[0];

    /// <summary>Asks about cases.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="needs">What is needed; nothing else is asked.</param>
    /// <returns>The answers of each case, in their order.</returns>
    /// <exception cref="Tensors.AmendException">A prompt or target is empty, or exceeds the model's context.</exception>
    public IReadOnlyList<CaseAnswers> Ask(IReadOnlyList<MetricCase> cases, MetricNeeds needs)
    {
        MetricPrompt[][] prompts = [.. cases.Select(one => one.Prompts.Where(prompt => needs.HasFlag(PromptNeeds.Of(prompt.Kind))).ToArray())];
        var answers = new Queue<PromptAnswer>(Answer([.. prompts.SelectMany(of => of)], needs));
        double? perplexity = needs.HasFlag(MetricNeeds.FixedText) && _options.FixedText is { } text
            ? Perplexity.Of([.. TextScorer.LogProbabilities(_model, _model.Tokenize(text).Ids)])
            : null;
        return
        [
            .. cases.Select((one, at) => new CaseAnswers([.. prompts[at].Select(_ => answers.Dequeue())])
            {
                Generations = needs.HasFlag(MetricNeeds.Generations) ? _generator.Texts(one.GenerationPrompts) : [],
                FixedTextPerplexity = perplexity,
            }),
        ];
    }

    private IEnumerable<PromptAnswer> Answer(MetricPrompt[] prompts, MetricNeeds needs)
    {
        MetricPrompt[] rivalled = needs.HasFlag(MetricNeeds.Rival) ? [.. prompts.Where(prompt => prompt.Rival is not null)] : [];
        var scored = _targets.Answers([.. prompts.Select(p => (p.Prompt, p.Wanted)), .. rivalled.Select(p => (p.Prompt, p.Rival!))]);
        MetricPrompt[] said = needs.HasFlag(MetricNeeds.GreedyAnswers) ? [.. prompts.Where(prompt => prompt.IsAnsweredFreely)] : [];
        var (rivals, generated) = (new Queue<TargetAnswer>(scored.Skip(prompts.Length)), new Queue<GeneratedAnswer>(_generator.Answers(said)));
        foreach (var (prompt, wanted) in prompts.Zip(scored))
        {
            yield return new PromptAnswer(
                prompt,
                wanted,
                rivals.Count > 0 && prompt.Rival is not null ? rivals.Dequeue() : null,
                generated.Count > 0 && prompt.IsAnsweredFreely ? generated.Dequeue() : null);
        }
    }
}
