namespace Amend.Evaluation.Metrics.Text;

/// <summary>
/// GE, fluency: the entropy of a text's n-grams, which falls when a model repeats itself (Zhang et al. 2018, "Generating
/// Informative and Diverse Conversational Responses"; kmeng01/rome, <c>n_gram_entropy</c>). At least 0 bits; higher is better,
/// about 6.2 for ordinary text of 100 tokens. Tables print it times 100.
/// </summary>
public static class NgramEntropy
{
    /// <summary>GE = H2 / 3 + 2 H3 / 3: as released, the mean of 2/3 H2 and 4/3 H3.</summary>
    /// <param name="words">The text's words, as <see cref="TreebankWords"/> gives them.</param>
    public static double Of(IReadOnlyList<string> words) => (2 * Bits(words, 2) / 3 + 4 * Bits(words, 3) / 3) / 2;

    /// <summary>H_n = -Σ f log2 f over the frequencies f of the n-grams; 0 where the text has fewer than n words.</summary>
    /// <param name="words">The text's words.</param>
    /// <param name="length">n, at least 1.</param>
    public static double Bits(IReadOnlyList<string> words, int length)
    {
        var count = Math.Max(0, words.Count - length + 1);
        var frequencies = Enumerable.Range(0, count)
            .GroupBy(at => string.Join('\n', words.Skip(at).Take(length)), StringComparer.Ordinal)
            .Select(gram => (double)gram.Count() / count);
        return Math.Abs(frequencies.Sum(f => f * Math.Log2(f)));
    }
}
