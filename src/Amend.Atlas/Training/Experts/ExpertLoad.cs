using Amend.Models;
using Amend.Models.Shapes;
using static TorchSharp.torch;

namespace Amend.Atlas.Training.Experts;

/// <summary>How a mixture's experts are used: the share of the choices that fell on each, layer by layer, over texts.</summary>
internal static class ExpertLoad
{
    /// <summary>Measures a model.</summary>
    /// <param name="model">A mixture in every block.</param>
    /// <param name="texts">The texts, each cut to the context.</param>
    /// <returns>Shares, <c>[L][E]</c>, each row with the sum 1.</returns>
    public static IReadOnlyList<IReadOnlyList<double>> Of(LanguageModel model, IEnumerable<string> texts)
    {
        using var inference = inference_mode();
        using var balance = new ExpertBalance(model);
        var (sums, tokens) = (new List<double[]>(), 0L);
        foreach (var text in texts)
        {
            using var scope = NewDisposeScope();
            int[] ids = [.. model.Tokenize(text).Ids.Take(model.Shape.ContextLength)];
            _ = model.Logits(TokenBatch.Pad([ids], padding: 0, model.Device));
            tokens += ids.Length;
            foreach (var (layer, shares) in balance.ByLayer.Index())
            {
                if (sums.Count == layer)
                    sums.Add(new double[shares.Count]);
                for (var expert = 0; expert < shares.Count; expert++)
                    sums[layer][expert] += shares[expert] * ids.Length;
            }
        }

        return [.. sums.Select(layer => (IReadOnlyList<double>)[.. layer.Select(sum => sum / tokens)])];
    }
}
