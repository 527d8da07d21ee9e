using System.Text.RegularExpressions;

namespace Amend.Evaluation.Metrics.Text;

/// <summary>
/// TF-IDF vectors of texts and their cosine, as scikit-learn's <c>TfidfVectorizer</c> computes them with its defaults: lower case,
/// words of two or more word characters, counts times idf, rows of L2 norm 1. RS, consistency, is the cosine of what a model writes
/// about a subject with reference texts (Meng et al. 2022, section 3.4; <c>tfidf_similarity</c> of kmeng01/rome): 0 to 1, higher
/// is better; tables print it times 100.
/// </summary>
public sealed partial class TfIdf
{
    private readonly Dictionary<string, double> _idf;

    private TfIdf(Dictionary<string, double> idf) => _idf = idf;

    /// <summary>The inverse document frequency of each known word.</summary>
    public IReadOnlyDictionary<string, double> Idf => _idf;

    /// <summary>From given frequencies.</summary>
    /// <param name="vocabulary">Each word's place in <paramref name="idf"/>.</param>
    /// <param name="idf">The inverse document frequencies.</param>
    /// <exception cref="ArgumentException">A word's place is outside <paramref name="idf"/>.</exception>
    public static TfIdf From(IReadOnlyDictionary<string, int> vocabulary, IReadOnlyList<double> idf)
    {
        foreach (var (word, place) in vocabulary)
        {
            if (place < 0 || place >= idf.Count)
                throw new ArgumentException(
                    $"The word '{word}' has place {place}, but there are {idf.Count} frequencies; "
                    + "give the idf of this vocabulary.", nameof(vocabulary));
        }

        return new TfIdf(vocabulary.ToDictionary(entry => entry.Key, entry => idf[entry.Value], StringComparer.Ordinal));
    }

    /// <summary>Fits texts: idf = ln((1 + n) / (1 + df)) + 1, for n texts, df of which have the word. No text is kept.</summary>
    public static TfIdf Fit(IEnumerable<string> texts)
    {
        var (count, having) = (0, new Dictionary<string, int>(StringComparer.Ordinal));
        foreach (var text in texts)
        {
            count++;
            foreach (var word in Words(text).Distinct(StringComparer.Ordinal))
                having[word] = having.GetValueOrDefault(word) + 1;
        }

        return new TfIdf(having.ToDictionary(entry => entry.Key,
            entry => Math.Log((1.0 + count) / (1 + entry.Value)) + 1, StringComparer.Ordinal));
    }

    /// <summary>The vector of a text, of norm 1, without its zeros; empty where the text has no known word.</summary>
    public IReadOnlyDictionary<string, double> Vector(string text)
    {
        var counts = Words(text).Where(_idf.ContainsKey)
            .GroupBy(word => word, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.Count() * _idf[group.Key], StringComparer.Ordinal);
        var norm = Math.Sqrt(counts.Values.Sum(value => value * value));
        return counts.ToDictionary(entry => entry.Key, entry => entry.Value / norm, StringComparer.Ordinal);
    }

    /// <summary>The cosine of two texts' vectors, 0 to 1; undefined, hence null and not 0, where a text has no known word.</summary>
    public double? Similarity(string first, string second)
    {
        var (a, b) = (Vector(first), Vector(second));
        return a.Count == 0 || b.Count == 0 ? null : a.Sum(entry => entry.Value * b.GetValueOrDefault(entry.Key));
    }

    /// <summary>The words of a text: runs of two or more word characters, in lower case.</summary>
    public static IEnumerable<string> Words(string text) => Word().Matches(text.ToLowerInvariant()).Select(match => match.Value);

    [GeneratedRegex(@"\b\w\w+\b")]
    private static partial Regex Word();
}
