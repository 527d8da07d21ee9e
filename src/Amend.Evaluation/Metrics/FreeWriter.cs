using Amend.Models;
using Amend.Models.Generation;

namespace Amend.Evaluation.Metrics;

/// <summary>Free generation for metrics: greedy answers to prompts, and sampled texts about subjects.</summary>
public sealed class FreeWriter
{
    private readonly LanguageModel _model;
    private readonly AskingOptions _options;
    private readonly Generator _generator;

    /// <summary>Creates a generator.</summary>
    public FreeWriter(LanguageModel model, AskingOptions options)
    {
        _model = model;
        _options = options;
        _generator = new Generator(model);
    }

    /// <summary>The greedy answer to each prompt, as long as the context allows; the other prompts do not matter to it.</summary>
    /// <exception cref="Tensors.AmendException">A prompt is empty or exceeds the context.</exception>
    public IReadOnlyList<GeneratedAnswer> Answers(IReadOnlyList<string> prompts) =>
        [.. prompts.Select(Tokens).Chunk(_options.BatchSize).SelectMany(batch =>
            _generator.Generate(batch, [.. batch.Select(ids => Room(ids, _options.AnswerTokens))], new GenerationOptions()))
            .Select(Answer)];

    /// <summary>
    /// One sampled text an opening, opening included; from the same seed for every case, and a stream of its own for every place.
    /// </summary>
    /// <exception cref="Tensors.AmendException">An opening is empty or exceeds the context.</exception>
    public IReadOnlyList<string> Texts(IReadOnlyList<string> openings)
    {
        IReadOnlyList<int>[] prompts = [.. openings.Select(Tokens)];
        var written = _generator.Generate(prompts,
            [.. prompts.Select(ids => Room(ids, _options.TextTokens - ids.Count))], _options.Sampling);
        return [.. openings.Zip(written, (opening, ids) => opening + Decode(ids))];
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

    /// <summary>As many new tokens as are wanted and the context has room for; the last of them needs none.</summary>
    private int Room(IReadOnlyList<int> prompt, int wanted) =>
        Math.Clamp(wanted, 0, Math.Max(1, _model.Shape.ContextLength - prompt.Count + 1));
}
