using Amend.Models.Families;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>
/// log p(target | input) under an encoder-decoder, teacher-forced: the decoder is given what every output begins with and the
/// true tokens before each place (<c>labels</c> of transformers).
/// </summary>
public static class AnswerScorer
{
    /// <summary>Scores targets and says which tokens the model would have put at their places.</summary>
    /// <param name="model">An encoder-decoder.</param>
    /// <param name="sequences">Inputs and targets, none of them empty.</param>
    /// <param name="batchSize">Sequences a pass, at least 1.</param>
    /// <returns>One answer a sequence, in their order.</returns>
    /// <exception cref="Tensors.AmendException">The model is no encoder-decoder, or a sequence exceeds its context.</exception>
    public static IReadOnlyList<TargetAnswer> Answers(LanguageModel model, IReadOnlyList<AnswerSequence> sequences, int batchSize = 64)
    {
        var transformer = model.Transformer as EncoderDecoder
            ?? throw new Tensors.AmendException($"The scoring of answers needs an encoder-decoder; '{model.Name}' is {model.Transformer.Architecture}.");
        return TargetScorer.InBatches(sequences, sequence => sequence.Input.Count, batchSize, batch => ScoreBatch(model, transformer, batch));
    }

    private static TargetAnswer[] ScoreBatch(LanguageModel model, EncoderDecoder transformer, AnswerSequence[] sequences)
    {
        model.CheckLength(sequences.Max(s => Math.Max(s.Input.Count, s.Target.Count)));
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var input = TokenBatch.Pad([.. sequences.Select(s => s.Input)], padding: 0, model.Device);
        var output = TokenBatch.Pad([.. sequences.Select(s => (IReadOnlyList<int>)[transformer.Marks.Start, .. s.Target.SkipLast(1)])], padding: 0, model.Device);
        var hidden_ND = transformer.Hidden(input, output)[output.Mask];
        return TargetScorer.Read(transformer.Unembed(hidden_ND), [.. sequences.Select(s => s.Target.ToArray())]);
    }
}
