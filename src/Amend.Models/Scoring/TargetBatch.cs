using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Taps;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Prompts with their targets, ready for passes of a model of any kind: what a causal decoder writes on with, what an
/// encoder-decoder answers, or the label that a classifier gives. Tells the loss, with gradients, and what the model says now. A
/// batch owns its tensors and holds for the model as it is at each call.
/// </summary>
public abstract class TargetBatch : IDisposable
{
    /// <summary>The kinds of model that have targets.</summary>
    public const ModelKinds Kinds = ModelKinds.CausalDecoder | ModelKinds.EncoderDecoder | ModelKinds.Classifier;

    private readonly List<Tensor> _owned = [];

    /// <summary>Creates the batch.</summary>
    /// <param name="model">The model.</param>
    /// <param name="targets">The ids of each pair's target.</param>
    /// <param name="place">The place of the output from which a token of a pair's target is predicted.</param>
    private protected TargetBatch(LanguageModel model, IReadOnlyList<IReadOnlyList<int>> targets, Func<int, int, long> place)
    {
        (Model, Targets) = (model, targets);
        Rows = Each((row, _) => row);
        Places = Each(place);
        Ids = Each((row, t) => targets[row][t]);

        Tensor Each(Func<int, int, long> of) =>
            Own(tensor(targets.SelectMany((target, row) => target.Select((_, t) => of(row, t))).ToArray(), device: model.Device));
    }

    /// <summary>The number of pairs, B.</summary>
    public int Count => Targets.Count;

    /// <summary>The ids of each pair's target: tokens, or one label.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Targets { get; }

    /// <summary>The N target ids of the batch, pair after pair, <c>[N]</c>, int64; it belongs to this batch.</summary>
    public Tensor Ids { get; }

    /// <summary>The pair of each of the N target ids of the batch, <c>[N]</c>, int64; it belongs to this batch.</summary>
    public Tensor Rows { get; }

    /// <summary>
    /// The token of the stack that gives the output from which each target id is predicted, <c>[N]</c>, int64; it belongs to
    /// this batch.
    /// </summary>
    public Tensor Places { get; }

    /// <summary>True at real tokens of the stack that gives the output, <c>[B,T]</c>; it belongs to this batch.</summary>
    public abstract Tensor Mask { get; }

    private protected LanguageModel Model { get; }

    /// <summary>Where passes go on; null where they begin at the embedding.</summary>
    private protected PassStart? Start { get; private set; }

    /// <summary>
    /// Tokenizes pairs as a model of its kind takes them: a target goes on behind a decoder's prompt, with a space between; is an
    /// encoder-decoder's whole output; or is a classifier's label, by name or id.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="pairs">Prompts and targets, at least one.</param>
    /// <param name="reading">Where a decoder's targets are read.</param>
    /// <returns>The batch; the caller disposes.</returns>
    /// <exception cref="AmendException">
    /// The model is of no kind that has targets, a prompt or target is empty or exceeds the context, a target is no label of the
    /// classifier, or targets are to be read at the prompt's end of another model than a decoder.
    /// </exception>
    public static TargetBatch Create(
        LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs, TargetReading reading = TargetReading.Following)
    {
        ArgumentOutOfRangeException.ThrowIfZero(pairs.Count);
        model.Require("The scoring of targets", Kinds);
        if (reading == TargetReading.PromptEnd)
            model.Require("The reading of targets at the prompt's end", ModelKinds.CausalDecoder);
        return model.Transformer switch
        {
            EncoderDecoder => WrittenTargets.Tokenize(model, pairs),
            EncoderClassifier => LabelTargets.Tokenize(model, pairs),
            _ => ContinuedTargets.Tokenize(model, pairs, reading),
        };
    }

    /// <summary>Takes what an encoder-decoder reads and writes as token ids.</summary>
    /// <param name="model">An encoder-decoder.</param>
    /// <param name="sequences">Inputs and targets, at least one.</param>
    /// <returns>The batch; the caller disposes.</returns>
    /// <exception cref="AmendException">The model is no encoder-decoder, or a sequence exceeds its context.</exception>
    public static TargetBatch Create(LanguageModel model, IReadOnlyList<AnswerSequence> sequences)
    {
        model.Require("The scoring of answers", ModelKinds.EncoderDecoder);
        return WrittenTargets.From(model, sequences);
    }

    /// <summary>
    /// Computes what is below a block once: from now on the batch's passes go on there, with the same results for as long as nothing below
    /// it changes. It is for optimisations that change the model from some layer on.
    /// </summary>
    /// <param name="stack">The block's stack.</param>
    /// <param name="layer">The block, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The model has no such stack or layer.</exception>
    public void GoOnFrom(Stack stack, int layer)
    {
        _ = Model.Transformer.DownProjection(stack, layer);
        var start = Below(stack, layer);
        Start?.Dispose();
        Start = start;
    }

    /// <summary>
    /// The mean over the pairs of -1/n_i Σ_t log P(y_t | x_i, y_&lt;t), in nats a token; or the sum over the pairs, each times
    /// its weight.
    /// </summary>
    /// <param name="weights">One weight a pair; 1/B each when null.</param>
    /// <returns>A scalar with gradients, in the caller's dispose scope.</returns>
    public Tensor Loss(IReadOnlyList<double>? weights = null)
    {
        if (weights is not null && weights.Count != Count)
            throw new ArgumentException($"{weights.Count} weights were given for {Count} pairs; give one a pair.", nameof(weights));
        using var scope = NewDisposeScope();
        var shares = Targets.SelectMany((target, row) => target.Select(_ =>
            weights is null ? 1f / (target.Count * Count) : (float)(weights[row] / target.Count)));
        var shares_N = tensor(shares.ToArray(), device: Model.Device);
        return (OfTargets() * shares_N).sum().neg().MoveToOuterDisposeScope();
    }

    /// <summary>Σ_t log P(y_t | x, y_&lt;t) of each pair, in nats.</summary>
    /// <returns><c>[B]</c>, float32, with gradients, in the caller's dispose scope.</returns>
    public Tensor LogProbabilities()
    {
        using var scope = NewDisposeScope();
        return zeros(Count, device: Model.Device).index_add(0, Rows, OfTargets(), alpha: 1).MoveToOuterDisposeScope();
    }

    /// <summary>The log-probabilities of all ids at the N places of the targets, teacher-forced.</summary>
    /// <returns><c>[N,V]</c>, float32, with gradients, in the caller's dispose scope.</returns>
    public Tensor Distributions()
    {
        using var scope = NewDisposeScope();
        return Normalize(Logits()).MoveToOuterDisposeScope();
    }

    /// <summary>How likely each target is, and the likeliest ids at its places, teacher-forced; without gradients.</summary>
    /// <returns>One answer a pair, in their order.</returns>
    public IReadOnlyList<TargetAnswer> Score()
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var logits_NV = Logits();
        var logProbabilities_NV = Normalize(logits_NV);
        var ofTargets = Of(logProbabilities_NV).cpu().data<float>().ToArray();
        var likeliest = logProbabilities_NV.argmax(-1).cpu().data<long>().ToArray();
        var answers = new TargetAnswer[Count];
        for (var (row, at) = (0, 0); row < answers.Length; at += Targets[row++].Count)
        {
            var place = at..(at + Targets[row].Count);
            answers[row] = TargetAnswer.Of(Targets[row], ofTargets[place], likeliest[place]);
        }

        return Detailed(answers, logits_NV);
    }

    /// <summary>
    /// What the model says now, when nothing of the target is given: greedy text as long as the target, or the likeliest label.
    /// </summary>
    /// <returns>One answer a pair, in their order.</returns>
    public abstract IReadOnlyList<SaidAnswer> Answers();

    /// <inheritdoc/>
    public void Dispose()
    {
        Start?.Dispose();
        _owned.ForEach(tensor => tensor.Dispose());
        GC.SuppressFinalize(this);
    }

    /// <summary>Pads sequences into tensors that the batch owns.</summary>
    private protected TokenBatch Pad(IReadOnlyList<IReadOnlyList<int>> sequences)
    {
        var batch = TokenBatch.Pad(sequences, padding: 0, Model.Device);
        return batch with { Ids = Own(batch.Ids), Mask = Own(batch.Mask) };
    }

    /// <summary>Logits of the ids at the places of the targets, <c>[N,V]</c>, in the caller's dispose scope.</summary>
    private protected abstract Tensor Logits();

    /// <summary>Runs what is below a block once; the caller disposes.</summary>
    private protected abstract PassStart Below(Stack stack, int layer);

    /// <summary>The answers with what a model of this kind tells beside them.</summary>
    /// <param name="answers">The answers.</param>
    /// <param name="logits_NV">The logits that they are from, <c>[N,V]</c>.</param>
    private protected virtual IReadOnlyList<TargetAnswer> Detailed(IReadOnlyList<TargetAnswer> answers, Tensor logits_NV) => answers;

    /// <summary>Log-probabilities from logits, float32, of the same shape.</summary>
    private protected virtual Tensor Normalize(Tensor logits_NV) => nn.functional.log_softmax(logits_NV.to(float32), -1);

    private Tensor Own(Tensor made)
    {
        _owned.Add(made.DetachFromDisposeScope());
        return made;
    }

    private Tensor OfTargets() => Of(Normalize(Logits()));

    private Tensor Of(Tensor logProbabilities_NV) => logProbabilities_NV.gather(1, Ids.unsqueeze(1)).squeeze(1);
}

/// <summary>Where a causal decoder's targets are read.</summary>
public enum TargetReading
{
    /// <summary>Each target token after the prompt and the target tokens before it: the model's own cross-entropy.</summary>
    Following,

    /// <summary>All target tokens at the prompt's last token.</summary>
    PromptEnd,
}

/// <summary>What a model says to a prompt.</summary>
/// <param name="Text">The text, or the label's name.</param>
/// <param name="IsTarget">Whether it is the target, token by token.</param>
public sealed record SaidAnswer(string Text, bool IsTarget);
