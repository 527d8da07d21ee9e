using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Scores targets after prompts in batches of similar length; the same figures whatever the batch size.</summary>
/// <remarks>An encoder-decoder reads the prompt and is scored on writing the target, see <see cref="AnswerScorer"/>.</remarks>
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
        var answers = new TargetAnswer[pairs.Count];
        foreach (var chunk in Enumerable.Range(0, pairs.Count).OrderBy(i => sequences[i].Ids.Count).Chunk(_batchSize))
        {
            var results = ScoreBatch([.. chunk.Select(i => sequences[i])]);
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
        var targets = tensor(sequences.SelectMany(s => s.Places.Select(p => (long)s.Ids[p + 1])).ToArray(), device: _model.Device);
        var hidden = _model.Hidden(batch).index(TensorIndex.Tensor(rows), TensorIndex.Tensor(places));
        var logProbabilities = nn.functional.log_softmax(_model.Decoder.Unembed(hidden).to(float32), -1);
        var ofTarget = logProbabilities.gather(1, targets.unsqueeze(1)).squeeze(1).cpu().data<float>().ToArray();
        var likeliest = logProbabilities.argmax(-1).cpu().data<long>().ToArray();
        var results = new TargetAnswer[sequences.Length];
        for (var (row, at) = (0, 0); row < sequences.Length; at += sequences[row++].TargetTokens)
        {
            var place = at..(at + sequences[row].TargetTokens);
            results[row] = Answer(sequences[row], ofTarget[place], likeliest[place]);
        }

        return results;
    }

    private static TargetAnswer Answer(TargetSequence sequence, float[] logProbabilities, long[] likeliest)
    {
        int[] targets = [.. sequence.Ids.Skip(sequence.TargetStart)];
        int[] found = [.. likeliest.Select(id => (int)id)];
        var score = new TargetScore(logProbabilities.Sum(p => (double)p), targets.Length, targets.SequenceEqual(found));
        return new TargetAnswer(score, targets, found);
    }
}
