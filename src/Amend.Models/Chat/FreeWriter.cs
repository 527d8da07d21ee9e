using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Models.Scoring;

namespace Amend.Models.Chat;

/// <summary>
/// What a model says freely to many prompts: greedy answers, of a classifier labels, and sampled texts about subjects.
/// </summary>
public sealed class FreeWriter
{
    private readonly LanguageModel _model;
    private readonly WritingOptions _options;
    private readonly int _batchSize;
    private readonly Generator? _generator;
    private readonly Lazy<ChatModel?> _chat;

    /// <summary>Creates a writer.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">How long the texts are, and how they are sampled; the defaults by default.</param>
    /// <param name="batchSize">Prompts a pass, at least 1; it changes no text.</param>
    /// <exception cref="Tensors.AmendException">The model is of a kind that says nothing.</exception>
    public FreeWriter(LanguageModel model, WritingOptions? options = null, int batchSize = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        (_model, _options, _batchSize) = (model, options ?? new WritingOptions(), batchSize);
        _generator = model.Transformer is EncoderClassifier ? null : new Generator(model);
        _chat = new Lazy<ChatModel?>(() => ChatModel.OfOrNull(model));
    }

    /// <summary>
    /// The greedy answer to each prompt, as long as the context allows, or its label; the other prompts do not matter to it.
    /// </summary>
    /// <exception cref="Tensors.AmendException">A prompt is empty or exceeds the context.</exception>
    public IReadOnlyList<GeneratedAnswer> Answers(IReadOnlyList<string> prompts) => _generator is null
        ? [.. new TextClassifier(_model).Classify(prompts).Select(labels => Labelled(labels[0]))]
        : Greedy(_generator, prompts.Select(prompt => Tokens(prompt, _options.AnswerTokens)), _options.AnswerTokens);

    /// <summary>
    /// The greedy answer to each prompt as a user's question behind the model's chat template; none where it has no template.
    /// </summary>
    /// <exception cref="Tensors.AmendException">A prompt is empty or exceeds the context, or the template refuses it.</exception>
    public IReadOnlyList<GeneratedAnswer> AnswersInChat(IReadOnlyList<string> prompts) => _generator is null || _chat.Value is not { } chat
        ? []
        : Greedy(_generator, prompts.Select(prompt => chat.Tokenize(prompt, _options.ChatTokens).Ids), _options.ChatTokens);

    /// <summary>
    /// One sampled text an opening, opening included; from the same seed for every case, and a stream of its own for every place.
    /// </summary>
    /// <exception cref="Tensors.AmendException">An opening is empty or exceeds the context, or the model writes no text.</exception>
    public IReadOnlyList<string> Texts(IReadOnlyList<string> openings)
    {
        if (openings.Count == 0)
            return [];
        var generator = _generator ?? new Generator(_model);
        IReadOnlyList<int>[] prompts = [.. openings.Select(opening => Tokens(opening, _options.TextTokens))];
        // What edits put in front of an opening is no part of the text.
        var lengths = openings.Zip(prompts, (opening, ids) => Room(ids, _options.TextTokens - _model.Tokenize(opening).Ids.Count));
        var written = generator.Generate(prompts, [.. lengths], _options.Sampling);
        return [.. openings.Zip(written, (opening, ids) => opening + Decode(ids))];
    }

    private static GeneratedAnswer Labelled(LabelProbability label) => new(label.Label, label.Label, [label.Id]);

    private GeneratedAnswer[] Greedy(Generator generator, IEnumerable<IReadOnlyList<int>> prompts, int tokens) =>
    [
        .. prompts.Chunk(_batchSize)
            .SelectMany(batch => generator.Generate(batch, [.. batch.Select(ids => Room(ids, tokens))], new GenerationOptions()))
            .Select(Answer),
    ];

    private GeneratedAnswer Answer(IReadOnlyList<int> ids)
    {
        var length = Enumerable.Range(0, ids.Count)
            .Where(at => ids[at] == _generator!.End || ShortAnswer.IsComplete(_model.Tokenizer.DecodeContinuation([ids[at]])))
            .Append(ids.Count).First();
        var text = Decode(ids);
        // What an encoder-decoder should write ends with the end of the output, so what it wrote does, too.
        var ends = _model.Transformer is EncoderDecoder && length < ids.Count && ids[length] == _generator!.End;
        return new GeneratedAnswer(text, ShortAnswer.Cut(text), [.. ids.Take(ends ? length + 1 : length)]);
    }

    private IReadOnlyList<int> Tokens(string text, int following) => _model.Tokenize(_model.WithPreamble(text, following)).Ids;

    private string Decode(IEnumerable<int> ids)
    {
        var said = ids.Where(id => id != _generator!.End);
        return _model.Transformer is EncoderDecoder ? _model.Tokenizer.Decode(said) : _model.Tokenizer.DecodeContinuation(said);
    }

    /// <summary>
    /// As many new tokens as are wanted and the context has room for beside what a decoder has read; the last of them needs none.
    /// </summary>
    private int Room(IReadOnlyList<int> prompt, int wanted)
    {
        var read = _model.Transformer is EncoderDecoder ? 1 : prompt.Count;
        return Math.Clamp(wanted, 0, Math.Max(1, _model.Shape.ContextLength - read + 1));
    }
}
