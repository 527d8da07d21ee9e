using Amend.Models.Tokenizers;
using static TorchSharp.torch;

namespace Amend.Models.Scoring;

/// <summary>A token that may stand at a place.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Text">Its text.</param>
/// <param name="Probability">Its probability, 0 to 1.</param>
public sealed record TokenProbability(int Id, string Text, double Probability)
{
    /// <summary>The likeliest tokens, most likely first.</summary>
    /// <param name="tokenizer">Tells the tokens' texts.</param>
    /// <param name="probabilities">The probability of each token, <c>[V]</c>, float32.</param>
    /// <param name="count">How many; at most the vocabulary.</param>
    internal static IReadOnlyList<TokenProbability> Top(ITokenizer tokenizer, Tensor probabilities, int count)
    {
        using var scope = NewDisposeScope();
        var (values, ids) = probabilities.topk((int)Math.Min(count, probabilities.shape[0]));
        return
        [
            .. values.cpu().data<float>().ToArray().Zip(
                ids.cpu().data<long>().ToArray(),
                (probability, id) => new TokenProbability((int)id, tokenizer.DecodeContinuation([(int)id]), probability)),
        ];
    }
}
