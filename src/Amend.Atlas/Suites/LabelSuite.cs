using Amend.Atlas.Documents;
using Amend.Tensors;

namespace Amend.Atlas.Suites;

/// <summary>
/// A label shift, as SCOTUS is in GRACE's paper: documents whose right label changes with their date. A classifier learns from those
/// before the change and is corrected with those after it. No model is asked.
/// </summary>
internal sealed class LabelSuite(Archive archive, int seed)
{
    private const int Paraphrases = 2;
    private const int Neighbors = 2;

    /// <summary>Documents to learn from, of the old order.</summary>
    public IReadOnlyList<ClassifiedRecord> Training() => [.. archive.Training.Select(Record)];

    /// <summary>Other documents of the old order: what should go on to be right.</summary>
    public IReadOnlyList<ClassifiedRecord> Upstream() => [.. archive.Upstream.Select(Record)];

    /// <summary>Documents of the new order that are not edited.</summary>
    public IReadOnlyList<ClassifiedRecord> Holdout() => [.. archive.Holdout.Select(Record)];

    /// <summary>
    /// Documents of the new order, year by year; their paraphrases tell the same in other words, and their neighbors are documents of the
    /// old order about the same relation.
    /// </summary>
    public IReadOnlyList<ClassifiedRecord> Edits()
    {
        var earlier = archive.Upstream.ToLookup(document => document.Kind.Id);
        return [.. archive.Later.Select((document, number) => Record(document, number) with
        {
            Paraphrases = [.. Enumerable.Range(1, Paraphrases).Select(document.Told).Distinct().Where(text => text != document.Text)],
            Neighborhood = [.. Drawn(earlier[document.Kind.Id], number)],
        })];
    }

    private IEnumerable<AnsweredPrompt> Drawn(IEnumerable<DatedDocument> earlier, int number)
    {
        DatedDocument[] documents = [.. earlier];
        StableRandom.For(seed, $"earlier documents\t{number}").Shuffle(documents);
        return documents.Take(Neighbors).Select(document => new AnsweredPrompt(document.Text, [document.Section]));
    }

    private ClassifiedRecord Record(DatedDocument document, int number) => new()
    {
        Id = $"{document.Kind.Id}/{document.Year}/{number}",
        Paraphrases = [],
        Neighborhood = [],
        Classification = new ClassifiedText(document.Text, document.Section, archive.Sections),
    };
}
