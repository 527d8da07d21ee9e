using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>Log-probabilities of the tokens of running text.</summary>
public static class TextScorer
{
    /// <summary>log p(token t | tokens before it) for every token but the first of each window, in nats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="ids">The text's token ids, at least 2; cut into windows of the context's length that do not overlap.</param>
    /// <exception cref="AmendException">There are fewer than 2 tokens.</exception>
    public static IReadOnlyList<double> LogProbabilities(LanguageModel model, IReadOnlyList<int> ids) =>
        ids.Count < 2
            ? throw new AmendException($"A text of {ids.Count} tokens has nothing to predict; give at least 2 tokens.")
            : [.. ids.Chunk(model.Shape.ContextLength).Where(window => window.Length > 1).SelectMany(window => OfWindow(model, window))];

    private static double[] OfWindow(LanguageModel model, int[] window)
    {
        using var inference = inference_mode();
        using var scope = NewDisposeScope();
        var batch = TokenBatch.Pad([window], window[0], model.Device);
        var logits_NV = model.Logits(batch)[0].narrow(0, 0, window.Length - 1).to(float32);
        var next_N1 = tensor(window.Skip(1).Select(id => (long)id).ToArray(), device: model.Device).unsqueeze(1);
        var found = nn.functional.log_softmax(logits_NV, -1).gather(1, next_N1).squeeze(1);
        return [.. found.cpu().data<float>().ToArray().Select(value => (double)value)];
    }
}
