using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Testing;

/// <summary>
/// Targets scored the plain way: each pair is a padded row of its own and goes through the model whole. It is what
/// <see cref="TargetScorer"/> is tested and timed against.
/// </summary>
public static class PlainTargetScorer
{
    /// <summary>log p of each target token after the true ones before it, in nats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="pairs">Prompts and targets.</param>
    /// <param name="batchSize">Pairs a pass, in their order.</param>
    /// <returns>The log-probabilities of each pair's target tokens.</returns>
    public static IReadOnlyList<IReadOnlyList<double>> LogProbabilities(
        LanguageModel model, IReadOnlyList<(string Prompt, string Target)> pairs, int batchSize) =>
        [.. pairs.Select(pair => TargetSequence.Create(model, pair.Prompt, pair.Target)).Chunk(batchSize).SelectMany(batch => OfBatch(model, batch))];

    private static IReadOnlyList<double>[] OfBatch(LanguageModel model, TargetSequence[] sequences)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([.. sequences.Select(s => s.Ids)], model.Tokenizer.EndOfText, model.Device);
        var rows = tensor(sequences.SelectMany((s, row) => s.Places.Select(_ => (long)row)).ToArray(), device: model.Device);
        var places = tensor(sequences.SelectMany(s => s.Places.Select(place => (long)place)).ToArray(), device: model.Device);
        var targets_N1 = tensor(sequences.SelectMany(s => s.Places.Select(place => (long)s.Ids[place + 1])).ToArray(), device: model.Device).unsqueeze(1);
        var hidden_ND = model.Hidden(batch).index(TensorIndex.Tensor(rows), TensorIndex.Tensor(places));
        var logProbabilities_NV = nn.functional.log_softmax(model.Decoder.Unembed(hidden_ND).to(float32), -1);
        var found = new Queue<float>(logProbabilities_NV.gather(1, targets_N1).squeeze(1).cpu().data<float>().ToArray());
        return [.. sequences.Select(s => (IReadOnlyList<double>)[.. s.Places.Select(_ => (double)found.Dequeue())])];
    }
}
