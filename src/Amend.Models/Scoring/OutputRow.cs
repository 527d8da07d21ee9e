using Amend.Models.Families;
using Amend.Models.Generation;
using Amend.Tensors;

namespace Amend.Models.Scoring;

/// <summary>
/// What a model of some kind is given as one row of a pass, and the places where its output is read: the distribution of the next token,
/// or of a classifier's labels.
/// </summary>
/// <param name="Input">The token ids that the model reads.</param>
/// <param name="Written">The token ids that an encoder-decoder's decoder is given; empty for other models.</param>
/// <param name="Places">The tokens after which the output is read, of the stack that gives it.</param>
/// <param name="Targets">The ids that the output should give at the places, or none where only distributions are asked.</param>
public sealed record OutputRow(
    IReadOnlyList<int> Input, IReadOnlyList<int> Written, IReadOnlyList<int> Places, IReadOnlyList<int> Targets)
{
    /// <summary>
    /// The place of the last token of the prompt, for a decoder's adaptors: the one from which the first target is predicted, or the
    /// text's last token where there is none.
    /// </summary>
    public int PromptEnd => Targets.Count > 0 ? Places[0] : Input.Count - 1;

    /// <summary>Most tokens of a text that an encoder-decoder is asked to write by itself.</summary>
    private const int OwnTokens = 16;

    /// <summary>A prompt with its target, read where the target's ids are predicted, as <see cref="TargetBatch"/> reads it.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">The prompt.</param>
    /// <param name="target">The target; a label for a classifier.</param>
    /// <exception cref="AmendException">
    /// The model has no targets, a text is empty or exceeds the context, or the target is no label of the classifier.
    /// </exception>
    public static OutputRow Of(LanguageModel model, string prompt, string target)
    {
        model.Require("The reading of outputs", TargetBatch.Kinds);
        var row = model.Transformer switch
        {
            EncoderDecoder written => OfAnswer(written, AnswerSequence.Create(model, prompt, target)),
            EncoderClassifier => new OutputRow(model.Tokenize(prompt).Ids, [], [0], [LabelTargets.IdOf(model, target)]),
            _ => OfSequence(TargetSequence.Create(model, prompt, target)),
        };
        return row.Checked(model);
    }

    /// <summary>
    /// A text, read at every token: a decoder's next tokens, a classifier's labels, and the tokens of what an encoder-decoder answers by
    /// itself as it is now.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="AmendException">The model has no targets, or the text is empty or exceeds the context.</exception>
    public static OutputRow Of(LanguageModel model, string text)
    {
        model.Require("The reading of outputs", TargetBatch.Kinds);
        var input = model.Tokenize(text).Ids;
        var row = model.Transformer switch
        {
            EncoderDecoder written => OfOwnAnswer(model, written, input),
            EncoderClassifier => new OutputRow(input, [], [0], []),
            _ => new OutputRow(input, [], [.. Enumerable.Range(0, input.Count)], []),
        };
        return row.Checked(model);
    }

    private static OutputRow OfSequence(TargetSequence sequence) =>
        new([.. sequence.Ids.SkipLast(1)], [], [.. sequence.Places], sequence.Target);

    private static OutputRow OfAnswer(EncoderDecoder model, AnswerSequence answer) => new(
        answer.Input,
        [model.Marks.Start, .. answer.Target.SkipLast(1)],
        [.. Enumerable.Range(0, answer.Target.Count)],
        answer.Target);

    private static OutputRow OfOwnAnswer(LanguageModel model, EncoderDecoder written, IReadOnlyList<int> input)
    {
        var own = new Generation.Generator(model).Generate([input], new GenerationOptions { MaxNewTokens = OwnTokens })[0];
        IReadOnlyList<int> given = [.. written.Marks.Beginning, .. own.SkipLast(1)];
        return new OutputRow(input, given, [.. Enumerable.Range(0, given.Count)], []);
    }

    private OutputRow Checked(LanguageModel model)
    {
        model.CheckLength(Math.Max(Input.Count, Written.Count));
        return this;
    }
}
