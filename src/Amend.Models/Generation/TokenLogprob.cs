using Amend.Models.Tokenizers;

namespace Amend.Models.Generation;

/// <summary>A token with the logarithm of its probability, before temperature and top-p.</summary>
/// <param name="Token">Its text.</param>
/// <param name="Logprob">The natural logarithm of its probability.</param>
/// <param name="Top">The likeliest tokens at its place, the likeliest first; empty where none were asked.</param>
public sealed record TokenLogprob(string Token, double Logprob, IReadOnlyList<TokenLogprob> Top)
{
    /// <summary>Reads a token's from the logits of its place.</summary>
    /// <param name="tokenizer">Tells tokens' texts.</param>
    /// <param name="id">The token.</param>
    /// <param name="logits">One logit a token of the vocabulary.</param>
    /// <param name="top">How many likely tokens are told.</param>
    internal static TokenLogprob Of(ITokenizer tokenizer, int id, ReadOnlySpan<float> logits, int top)
    {
        var greatest = float.NegativeInfinity;
        foreach (var logit in logits)
            greatest = Math.Max(greatest, logit);
        var sum = 0.0;
        foreach (var logit in logits)
            sum += Math.Exp(logit - greatest);
        var total = greatest + Math.Log(sum);
        var likeliest = new PriorityQueue<int, float>();
        for (var i = 0; top > 0 && i < logits.Length; i++)
        {
            if (likeliest.Count < top)
                likeliest.Enqueue(i, logits[i]);
            else
                likeliest.EnqueueDequeue(i, logits[i]);
        }

        var told = new List<TokenLogprob>();
        while (likeliest.TryDequeue(out var other, out var logit))
            told.Insert(0, new TokenLogprob(tokenizer.DecodeContinuation([other]), logit - total, []));
        return new TokenLogprob(tokenizer.DecodeContinuation([id]), logits[id] - total, told);
    }
}
