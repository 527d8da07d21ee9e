using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// The places of texts at which a model says what it expects, in the order in which its passes give them: of a causal decoder every token
/// of running text but the first of a window, of a classifier each text, of an encoder-decoder the first token that it writes to each text.
/// Where they are does not depend on the edits that are applied, so the same places can be read in two states of one model.
/// </summary>
public sealed class TextPlaces
{
    private const int TextsAPass = 32;
    private const int TokensShown = 16;

    private readonly LanguageModel _model;
    private readonly IReadOnlyList<Func<Tensor>> _passes;
    private readonly Func<int, string> _textAt;
    private readonly Func<int, string> _outcome;

    private TextPlaces(
        LanguageModel model, int count, IReadOnlyList<Func<Tensor>> passes, Func<int, string> textAt, Func<int, string> outcome) =>
        (_model, Count, _passes, _textAt, _outcome) = (model, count, passes, textAt, outcome);

    /// <summary>How many places there are.</summary>
    public int Count { get; }

    /// <summary>How many passes read them all.</summary>
    public int Passes => _passes.Count;

    /// <summary>The places of running text: the windows of <see cref="TextScorer"/>.</summary>
    /// <param name="model">A causal decoder; it is read whenever <see cref="Logits"/> is asked.</param>
    /// <param name="text">The text.</param>
    /// <exception cref="AmendException">The text has fewer than 2 tokens, or the model is no causal decoder.</exception>
    public static TextPlaces Running(LanguageModel model, string text)
    {
        model.RequireDecoder("The reading of running text");
        var passes = TextScorer.Passes(model, text.Length == 0 ? [] : model.Tokenize(text).Ids);
        (int[] Window, int At)[] places =
        [
            .. from windows in passes from window in windows from at in Enumerable.Range(0, window.Length - 1) select (window, at),
        ];
        return new TextPlaces(
            model,
            places.Length,
            [.. passes.Select(windows => (Func<Tensor>)(() => TextScorer.Logits(model, windows)))],
            place => model.Tokenizer.DecodeContinuation(places[place].Window[..(places[place].At + 1)].TakeLast(TokensShown)),
            id => model.Tokenizer.DecodeContinuation([id]));
    }

    /// <summary>
    /// The places of separate texts, one each; of a classifier whose labels do not exclude each other one for each label, which a text has
    /// or has not.
    /// </summary>
    /// <param name="model">A classifier or an encoder-decoder; it is read whenever <see cref="Logits"/> is asked.</param>
    /// <param name="texts">The texts.</param>
    /// <exception cref="AmendException">A text is empty or exceeds the context, or the model is of another kind.</exception>
    public static TextPlaces Separate(LanguageModel model, IReadOnlyList<string> texts)
    {
        model.Require("The reading of separate texts", ModelKinds.Classifier | ModelKinds.EncoderDecoder);
        IReadOnlyList<int>[] ids = [.. texts.Select(text => model.Tokenize(text).Ids)];
        if (ids.Length > 0)
            model.CheckLength(ids.Max(one => one.Count));
        if (model.Transformer is EncoderClassifier classifier)
            return OfLabels(model, classifier, texts, ids);
        return new TextPlaces(
            model,
            texts.Count,
            [.. texts.Chunk(TextsAPass).Select(chunk => (Func<Tensor>)(() => FirstTokens(model, chunk)))],
            place => texts[place],
            id => model.Tokenizer.DecodeContinuation([id]));
    }

    /// <summary>What the model as it is now gives at the places of one pass.</summary>
    /// <param name="pass">The pass, from 0.</param>
    /// <returns>Logits of what excludes each other there, <c>[N,C]</c> float32, in the caller's dispose scope.</returns>
    /// <exception cref="AmendException">The model gives NaN.</exception>
    public Tensor Logits(int pass)
    {
        var logits = _passes[pass]();
        _model.RequireNumbers(logits);
        return logits;
    }

    /// <summary>The text that is read at a place, up to it; of running text its last tokens.</summary>
    public string TextAt(int place) => _textAt(place);

    /// <summary>What a column of the logits stands for: a token's text or a label.</summary>
    public string Outcome(int column) => _outcome(column);

    private static TextPlaces OfLabels(
        LanguageModel model, EncoderClassifier classifier, IReadOnlyList<string> texts, IReadOnlyList<int>[] ids)
    {
        var labels = classifier.Labels;
        IReadOnlyList<Func<Tensor>> passes =
            [.. ids.Chunk(TextsAPass).Select(chunk => (Func<Tensor>)(() => LabelLogits(model, classifier, chunk)))];
        return labels.AreExclusive
            ? new TextPlaces(model, texts.Count, passes, place => texts[place], label => labels.Names[label])
            : new TextPlaces(
                model,
                texts.Count * labels.Names.Count,
                passes,
                place => $"{texts[place / labels.Names.Count]} ({labels.Names[place % labels.Names.Count]}?)",
                column => column == 0 ? "no" : "yes");
    }

    /// <summary>Logits of exclusive labels, <c>[N,C]</c>; of others a row for each label: 0 for not having it, and its own.</summary>
    private static Tensor LabelLogits(LanguageModel model, EncoderClassifier classifier, IReadOnlyList<int>[] texts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var logits_NC = classifier.Logits(TokenBatch.Pad(texts, padding: 0, model.Device)).to(float32);
        var read = classifier.Labels.AreExclusive ? logits_NC : stack([zeros_like(logits_NC), logits_NC], -1).flatten(0, 1);
        return read.MoveToOuterDisposeScope();
    }

    /// <summary>Logits of the first token written to each text, behind what edits put in front of it.</summary>
    private static Tensor FirstTokens(LanguageModel model, string[] texts)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var logits = texts.Select(text => NextTokens.Logits(model, model.Tokenize(model.WithPreamble(text)).Ids));
        return stack([.. logits]).to(float32).MoveToOuterDisposeScope();
    }
}
