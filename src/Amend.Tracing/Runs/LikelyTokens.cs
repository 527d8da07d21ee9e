using Amend.Models;
using Amend.Models.Scoring;
using static TorchSharp.torch;

namespace Amend.Tracing.Runs;

/// <summary>Reads the likeliest tokens of a distribution.</summary>
internal static class LikelyTokens
{
    /// <summary>The likeliest first.</summary>
    /// <param name="model">Whose tokens they are.</param>
    /// <param name="probabilities">The probability of each token, <c>[V]</c>.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    public static IReadOnlyList<TokenProbability> Of(LanguageModel model, Tensor probabilities, int count)
    {
        using var scope = NewDisposeScope();
        var (values, ids) = probabilities.topk((int)Math.Min(count, probabilities.shape[0]));
        return
        [
            .. values.to(float64).cpu().data<double>().ToArray().Zip(
                ids.cpu().data<long>().ToArray(),
                (value, id) => new TokenProbability((int)id, model.Tokenizer.DecodeContinuation([(int)id]), value)),
        ];
    }
}
