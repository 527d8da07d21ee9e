using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// Scores targets after prompts in batches of similar length; the same figures whatever the batch size. An encoder-decoder
/// reads the prompt and is scored on writing the target, with the special tokens that its tokenizer puts around a text.
/// </summary>
public sealed class TargetScorer
{
    private readonly LanguageModel _model;
    private readonly int _batchSize;

    /// <summary>Creates a scorer.</summary>
    /// <param name="model">The model to ask.</param>
    /// <param name="batchSize">Sequences a pass, at least 1.</param>
    public TargetScorer(LanguageModel model, int batchSize = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        _model = model;
        _batchSize = batchSize;
    }

    /// <summary>Scores one target.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="target">The target; a space is put in front where it has none.</param>
    public TargetScore Score(string prompt, string target) => Score([(prompt, target)])[0];

    /// <summary>Scores targets.</summary>
    /// <param name="pairs">Prompts and targets; a space is put in front of a target that has none.</param>
    /// <returns>One score a pair, in their order.</returns>
    /// <exception cref="Tensors.AmendException">A prompt or target is empty, or a pair exceeds the context.</exception>
    public IReadOnlyList<TargetScore> Score(IReadOnlyList<(string Prompt, string Target)> pairs) =>
        [.. Answers(pairs).Select(answer => answer.Score)];

    /// <summary>Scores targets and says which tokens the model would have put at their places, in the same passes.</summary>
    /// <param name="pairs">Prompts and targets; a space is put in front of a target that has none.</param>
    /// <returns>One answer a pair, in their order.</returns>
    /// <exception cref="Tensors.AmendException">A prompt or target is empty, or a pair exceeds the context.</exception>
    public IReadOnlyList<TargetAnswer> Answers(IReadOnlyList<(string Prompt, string Target)> pairs)
    {
        if (_model.Transformer is EncoderDecoder)
            return AnswerScorer.Answers(_model, [.. pairs.Select(pair => AnswerSequence.Create(_model, pair.Prompt, pair.Target))], _batchSize);
        var sequences = pairs.Select(pair => TargetSequence.Create(_model, pair.Prompt, pair.Target)).ToArray();
        return InBatches(sequences, sequence => sequence.Ids.Count, _batchSize, ScoreBatch);
    }

    /// <summary>Scores items of similar length together and gives the results in the items' order.</summary>
    internal static TargetAnswer[] InBatches<T>(IReadOnlyList<T> items, Func<T, int> length, int batchSize, Func<T[], TargetAnswer[]> score)
    {
        var answers = new TargetAnswer[items.Count];
        foreach (var chunk in Enumerable.Range(0, items.Count).OrderBy(i => length(items[i])).Chunk(batchSize))
        {
            var results = score([.. chunk.Select(i => items[i])]);
            for (var i = 0; i < chunk.Length; i++)
                answers[chunk[i]] = results[i];
        }

        return answers;
    }

    private TargetAnswer[] ScoreBatch(TargetSequence[] sequences)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([.. sequences.Select(s => s.Ids)], _model.Tokenizer.EndOfText, _model.Device);
        var rows = tensor(sequences.SelectMany((s, row) => Enumerable.Repeat((long)row, s.TargetTokens)).ToArray(), device: _model.Device);
        var places = tensor(sequences.SelectMany(s => s.Places.Select(p => (long)p)).ToArray(), device: _model.Device);
        var hidden = _model.Hidden(batch).index(TensorIndex.Tensor(rows), TensorIndex.Tensor(places));
        return Read(_model.Decoder.Unembed(hidden), [.. sequences.Select(s => s.Ids.Skip(s.TargetStart).ToArray())]);
    }

    /// <summary>Reads answers off the logits at the places of all targets' tokens, one target after the other.</summary>
    /// <param name="logits"><c>[N,V]</c>.</param>
    /// <param name="targets">The ids of each target, N together.</param>
    internal static TargetAnswer[] Read(Tensor logits, IReadOnlyList<int[]> targets)
    {
        using var scope = NewDisposeScope();
        var ids = tensor(targets.SelectMany(ids => ids).Select(id => (long)id).ToArray(), device: logits.device);
        var logProbabilities = nn.functional.log_softmax(logits.to(float32), -1);
        var ofTarget = logProbabilities.gather(1, ids.unsqueeze(1)).squeeze(1).cpu().data<float>().ToArray();
        var likeliest = logProbabilities.argmax(-1).cpu().data<long>().ToArray();
        var results = new TargetAnswer[targets.Count];
        for (var (row, at) = (0, 0); row < targets.Count; at += targets[row++].Length)
        {
            var place = at..(at + targets[row].Length);
            int[] found = [.. likeliest[place].Select(id => (int)id)];
            var score = new TargetScore(ofTarget[place].Sum(p => (double)p), found.Length, targets[row].SequenceEqual(found));
            results[row] = new TargetAnswer(score, targets[row], found);
        }

        return results;
    }
}
