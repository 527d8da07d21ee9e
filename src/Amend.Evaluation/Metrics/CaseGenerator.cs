using Amend.Models;
using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>Free generation for metrics: greedy answers to prompts, and sampled texts about subjects.</summary>
public sealed class CaseGenerator
{
    private readonly LanguageModel _model;
    private readonly CaseScorerOptions _options;
    private readonly Generator _generator;

    /// <summary>Creates a generator.</summary>
    public CaseGenerator(LanguageModel model, CaseScorerOptions options)
    {
        _model = model;
        _options = options;
        _generator = new Generator(model);
    }

    /// <summary>The greedy answer to each prompt, as long as the context allows.</summary>
    /// <exception cref="Tensors.AmendException">A prompt is empty or exceeds the context.</exception>
    public IReadOnlyList<GeneratedAnswer> Answers(IReadOnlyList<MetricPrompt> prompts) =>
        [.. prompts.Select(prompt => Tokens(prompt.Prompt)).Chunk(_options.BatchSize).SelectMany(batch =>
            _generator.Generate(batch, new GenerationOptions { MaxNewTokens = Room(batch, _options.AnswerTokens) })).Select(Answer)];

    /// <summary>One sampled text an opening, opening included; from the same seed for every case.</summary>
    /// <exception cref="Tensors.AmendException">An opening is empty or exceeds the context.</exception>
    public IReadOnlyList<string> Texts(IReadOnlyList<string> openings)
    {
        if (openings.Count == 0)
            return [];
        IReadOnlyList<int>[] prompts = [.. openings.Select(Tokens)];
        var wanted = Math.Max(1, _options.TextTokens - prompts.Min(ids => ids.Count));
        var written = _generator.Generate(prompts, _options.Sampling with { MaxNewTokens = Room(prompts, wanted) });
        return [.. openings.Select((opening, at) => opening + Decode(written[at].Take(Math.Max(0, _options.TextTokens - prompts[at].Count))))];
    }

    private GeneratedAnswer Answer(IReadOnlyList<int> ids)
    {
        var length = Enumerable.Range(0, ids.Count)
            .Where(at => ids[at] == _model.Tokenizer.EndOfText || ShortAnswer.IsComplete(_model.Tokenizer.DecodeContinuation([ids[at]])))
            .Append(ids.Count).First();
        var text = Decode(ids);
        return new GeneratedAnswer(text, ShortAnswer.Cut(text), [.. ids.Take(length)]);
    }

    private IReadOnlyList<int> Tokens(string text) => _model.Tokenize(text).Ids;

    private string Decode(IEnumerable<int> ids) => _model.Tokenizer.DecodeContinuation(ids.Where(id => id != _model.Tokenizer.EndOfText));

    private int Room(IReadOnlyList<IReadOnlyList<int>> prompts, int wanted) =>
        Math.Clamp(_model.Shape.ContextLength - prompts.Max(ids => ids.Count) + 1, 1, wanted);
}
