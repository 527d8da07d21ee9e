using Amend.Models;
using Amend.Models.Chat;
using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Evaluation.Metrics;

/// <summary>What a model answers as it is at each call, with the edits that it has then.</summary>
public sealed class LiveAnswers : IModelAnswers
{
    private readonly LanguageModel _model;
    private readonly AskingOptions _options;
    private readonly TargetScorer _targets;
    private readonly FreeWriter _generator;

    /// <summary>Creates the answers of a model.</summary>
    /// <param name="model">The model to ask.</param>
    /// <param name="options">How it is asked.</param>
    public LiveAnswers(LanguageModel model, AskingOptions? options = null)
    {
        _model = model;
        _options = options ?? new AskingOptions();
        _targets = new TargetScorer(model, _options.BatchSize);
        _generator = new FreeWriter(model, _options.Writing, _options.BatchSize);
    }

    /// <inheritdoc/>
    public IReadOnlyList<TargetAnswer> Targets(IReadOnlyList<(string Prompt, string Target)> pairs) => _targets.Answers(pairs);

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedAnswer> Greedy(IReadOnlyList<string> prompts) => _generator.Answers(prompts);

    /// <inheritdoc/>
    public IReadOnlyList<GeneratedAnswer> InChat(IReadOnlyList<string> prompts) => _generator.AnswersInChat(prompts);

    /// <inheritdoc/>
    public IReadOnlyList<string> Texts(IReadOnlyList<string> openings) => _generator.Texts(openings);

    /// <inheritdoc/>
    public double? FixedTextPerplexity() => _options.FixedText is { } text && _model.Transformer is CausalDecoder
        ? TextScorer.Perplexity(_model, _model.Tokenize(text).Ids)
        : null;

    /// <inheritdoc/>
    public double? ProbeShare() => _options.Probe.Count == 0
        ? null
        : _targets.Answers([.. _options.Probe.Select(fact => (fact.Prompt, fact.Answer))]).Average(answer => answer.Hits.First() ? 1.0 : 0);
}
