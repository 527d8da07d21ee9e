using System.Text.Json;
using Amend.Evaluation.Metrics.Text;

namespace Amend.Parity.Tests.Metrics;

/// <summary>
/// GE is that of <c>n_gram_entropy</c> and RS that of <c>tfidf_similarity</c> in kmeng01/rome; words are those of nltk 3.8, vectors
/// those of scikit-learn 1.2.1.
/// </summary>
[Trait("kind", "parity")]
public sealed class TextMetricParityTests
{
    private const double Tolerance = 1e-9;

    public static TheoryData<string> Fluencies => MetricGolden.Named("fluency");

    public static TheoryData<string> TfIdfs => MetricGolden.Named("tfidf");

    [Theory]
    [MemberData(nameof(Fluencies))]
    public void Entropies_of_given_words_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);

        Assert.All(golden.Items("texts"), text =>
        {
            var words = text.Texts("tokens");
            Assert.Equal(text.GetProperty("H2_bits").GetDouble(), NgramEntropy.Bits(words, 2), Tolerance);
            Assert.Equal(text.GetProperty("H3_bits").GetDouble(), NgramEntropy.Bits(words, 3), Tolerance);
            Assert.Equal(text.GetProperty("n_gram_entropy").GetDouble(), NgramEntropy.Of(words), Tolerance);
        });
        Assert.Equal(
            golden.GetProperty("mean_over_texts").GetDouble(),
            golden.Items("texts").Average(text => NgramEntropy.Of(text.Texts("tokens"))),
            Tolerance);
    }

    [Theory]
    [MemberData(nameof(Fluencies))]
    public void Words_of_sentences_and_of_whole_texts_are_those_of_the_reference(string id) =>
        Assert.All(MetricGolden.Json(id).Items("texts"), text =>
        {
            Assert.Equal(text.Texts("tokens"), text.Texts("sentences").SelectMany(TreebankWords.OfSentence));
            Assert.Equal(text.Texts("tokens"), TreebankWords.Of(text.GetProperty("text").GetString()!));
        });

    [Theory]
    [MemberData(nameof(TfIdfs))]
    public void Vectors_and_cosines_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var given = TfIdf.From(Vocabulary(golden), golden.Numbers("idf"));

        Assert.All(golden.Items("pairs"), pair =>
        {
            var (a, b) = (pair.GetProperty("a").GetString()!, pair.GetProperty("b").GetString()!);
            AssertSame(
                pair.GetProperty("nonzero_a").EnumerateObject().ToDictionary(p => p.Name, p => p.Value.GetDouble()), given.Vector(a));
            var similarity = given.Similarity(a, b);
            if (pair.GetProperty("similarity").ValueKind == JsonValueKind.Null)
                Assert.Null(similarity);
            else
                Assert.Equal(pair.GetProperty("similarity").GetDouble(), similarity!.Value, Tolerance);
        });
    }

    [Theory]
    [MemberData(nameof(TfIdfs))]
    public void Fitted_frequencies_are_those_of_the_reference(string id)
    {
        var golden = MetricGolden.Json(id);
        var idf = golden.Numbers("idf");

        AssertSame(Vocabulary(golden).ToDictionary(word => word.Key, word => idf[word.Value]), TfIdf.Fit(golden.Texts("fit_corpus")).Idf);
    }

    private static Dictionary<string, int> Vocabulary(JsonElement golden) =>
        golden.GetProperty("vocabulary").EnumerateObject().ToDictionary(word => word.Name, word => word.Value.GetInt32());

    private static void AssertSame(Dictionary<string, double> expected, IReadOnlyDictionary<string, double> found)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), found.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, word => Assert.Equal(word.Value, found[word.Key], Tolerance));
    }
}
