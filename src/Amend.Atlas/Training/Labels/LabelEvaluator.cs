using Amend.Atlas.Documents;
using Amend.Models;
using Amend.Models.Scoring;

namespace Amend.Atlas.Training.Labels;

/// <summary>Measures where a classifier puts the documents of an archive.</summary>
internal sealed class LabelEvaluator(Archive archive)
{
    private const int SampleSize = 300;

    /// <summary>Asks about every document.</summary>
    public LabelReport All(LanguageModel model)
    {
        DatedDocument[] later = [.. archive.Later, .. archive.Holdout];
        DatedDocument[] moved = [.. later.Where(archive.Moved)];
        return new LabelReport(
            Right(model, archive.Training),
            Right(model, archive.Upstream),
            Right(model, [.. later.Where(document => !archive.Moved(document))]),
            Right(model, moved),
            Under(model, moved, document => document.Kind.SectionIn(archive.FirstYear)));
    }

    /// <summary>Asks about some documents of the old order that are not learned from.</summary>
    public IReadOnlyDictionary<string, double> Sample(LanguageModel model) =>
        new Dictionary<string, double> { ["accuracy"] = Right(model, [.. archive.Upstream.Take(SampleSize)]).Percent };

    private static Share Right(LanguageModel model, IReadOnlyList<DatedDocument> documents) =>
        Under(model, documents, document => document.Section);

    private static Share Under(LanguageModel model, IReadOnlyList<DatedDocument> documents, Func<DatedDocument, string> section)
    {
        var judged = new TextClassifier(model).Classify([.. documents.Select(document => document.Text)]);
        return new Share(judged.Zip(documents).Count(pair => pair.First[0].Label == section(pair.Second)), documents.Count);
    }
}
