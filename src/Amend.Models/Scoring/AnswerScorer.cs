using Amend.Models.Families;
using Amend.Models.Shapes;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// log p(target | input) under an encoder-decoder, teacher-forced: the decoder is given what every output begins with and the
/// true tokens before each place (<c>labels</c> of transformers). A target counts with the special tokens that its tokenizer
/// puts around a text, so the end of the output is scored, too.
/// </summary>
public static class AnswerScorer
{
    /// <summary>Scores targets and says which tokens the model would have put at their places.</summary>
    /// <param name="model">An encoder-decoder.</param>
    /// <param name="sequences">Inputs and targets, none of them empty.</param>
    /// <param name="batchSize">Sequences a pass, at least 1.</param>
    /// <returns>One answer a sequence, in their order.</returns>
    /// <exception cref="AmendException">The model is no encoder-decoder, or a sequence exceeds its context.</exception>
    public static IReadOnlyList<TargetAnswer> Answers(LanguageModel model, IReadOnlyList<AnswerSequence> sequences, int batchSize = 64)
    {
        var transformer = model.Transformer as EncoderDecoder
            ?? throw new AmendException($"The scoring of answers needs an encoder-decoder; '{model.Name}' is {model.Transformer.Architecture}.");
        var answers = new TargetAnswer[sequences.Count];
        foreach (var batch in Enumerable.Range(0, sequences.Count).OrderBy(i => sequences[i].Input.Count).Chunk(batchSize))
        {
            var found = ScoreBatch(model, transformer, [.. batch.Select(i => sequences[i])]);
            for (var i = 0; i < batch.Length; i++)
                answers[batch[i]] = found[i];
        }

        return answers;
    }

    private static TargetAnswer[] ScoreBatch(LanguageModel model, EncoderDecoder transformer, AnswerSequence[] sequences)
    {
        model.CheckLength(sequences.Max(s => Math.Max(s.Input.Count, s.Target.Count)));
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var input = TokenBatch.Pad([.. sequences.Select(s => s.Input)], padding: 0, model.Device);
        var output = TokenBatch.Pad([.. sequences.Select(s => (IReadOnlyList<int>)[transformer.Marks.Start, .. s.Target.SkipLast(1)])], padding: 0, model.Device);
        // The real places of all rows, one row after the other: N.
        var logProbabilities_NV = nn.functional.log_softmax(transformer.Unembed(transformer.Hidden(input, output)[output.Mask]).to(float32), -1);
        var targets_N = tensor(sequences.SelectMany(s => s.Target).Select(id => (long)id).ToArray(), device: model.Device);
        var ofTargets = logProbabilities_NV.gather(1, targets_N.unsqueeze(1)).squeeze(1).cpu().data<float>().ToArray();
        var likeliest = logProbabilities_NV.argmax(-1).cpu().data<long>().ToArray();
        var answers = new TargetAnswer[sequences.Length];
        for (var (row, at) = (0, 0); row < sequences.Length; at += sequences[row++].Target.Count)
        {
            var place = at..(at + sequences[row].Target.Count);
            int[] found = [.. likeliest[place].Select(id => (int)id)];
            var score = new TargetScore(ofTargets[place].Sum(p => (double)p), found.Length, sequences[row].Target.SequenceEqual(found));
            answers[row] = new TargetAnswer(score, sequences[row].Target, found);
        }

        return answers;
    }
}
