using Amend.Evaluation.Datasets.Formats;
using Amend.Tensors;

namespace Amend.Evaluation.Datasets;

/// <summary>The forms of data sets that this build knows, one line each.</summary>
public static class BuiltInDatasets
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<IDataset> All { get; } = new("form of data set", dataset => dataset.Name,
    [
        new AmendDataset(),
        new CounterFactDataset("counterfact", "CounterFact in the original form"),
        new CounterFactDataset("multi_counterfact", "multi_counterfact, CounterFact without conflicting edits"),
        new CounterFactEasyEditDataset(),
        new KnownFactsDataset(),
        new ZsreDataset("zsre", ZsreTarget.Answer),
        new ZsreDataset("zsre-alt", ZsreTarget.Alternative),
        new ZsreDeCaoDataset(),
        new KnowEditDataset(),
        new WikiBigEditDataset(),
        new MquakeDataset(),
        new RippleEditsDataset(),
        new FeverDataset(),
        new RephrasedDataset(new FeverDataset()),
        new ScotusDataset(),
        new LabelledDataset(),
        new QaDataset(),
    ]);

    /// <summary>The form of a name.</summary>
    /// <exception cref="AmendException">No form has the name.</exception>
    public static IDataset Find(string name) => All.Find(name);
}
