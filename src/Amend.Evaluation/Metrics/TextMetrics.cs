using Amend.Evaluation.Metrics.Text;

namespace Amend.Evaluation.Metrics;

/// <summary>Figures of running text that a model writes or reads.</summary>
public static class TextMetrics
{
    private const double Scale = 100;

    /// <summary>GE, fluency: H2 / 3 + 2 H3 / 3 of each text, openings included, averaged over the case's texts.</summary>
    public static IMetric Fluency { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "ge",
            Title = "Fluency: entropy of bi- and trigrams of generated texts",
            Paper = "Zhang et al. 2018; Meng et al. 2022, section 3.4; kmeng01/rome, n_gram_entropy",
            Unit = "bits x 100",
            High = double.PositiveInfinity,
            Decoding = Decoding.Sampled,
            Needs = MetricNeeds.Generations,
        },
        measured => Scale * measured.Now.Generations.Average(text => (double?)NgramEntropy.Of(TreebankWords.Of(text))));

    /// <summary>RS, consistency: TF-IDF cosine of the joined generated texts with the joined reference texts.</summary>
    public static IMetric Consistency { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "rs",
            Title = "Consistency: TF-IDF cosine of generated with reference texts",
            Paper = "Meng et al. 2022, section 3.4; kmeng01/rome, tfidf_similarity",
            Decoding = Decoding.Sampled,
            Needs = MetricNeeds.Generations | MetricNeeds.References,
        },
        measured => measured is { Case.References: { } references, Now.Generations.Count: > 0 }
            ? Scale * references.Words.Similarity(string.Join(' ', measured.Now.Generations), string.Join(' ', references.Texts))
            : null);

    /// <summary>Perplexity of a fixed text: a sudden rise says that the model has collapsed.</summary>
    public static IMetric FixedTextPerplexity { get; } = new CaseMetric(
        new MetricInfo
        {
            Id = "ppl",
            Title = "Perplexity of a fixed text",
            Paper = "exp of the mean NLL; Yang et al. 2024 (collapse)",
            Unit = "",
            Low = 1,
            High = double.PositiveInfinity,
            Direction = MetricDirection.LowerIsBetter,
            Needs = MetricNeeds.FixedText,
        },
        measured => measured.Now.FixedTextPerplexity);
}
