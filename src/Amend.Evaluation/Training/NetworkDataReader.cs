using Amend.Editing;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Evaluation.Cases;
using Amend.Evaluation.Datasets;
using Amend.Evaluation.Metrics;
using Amend.Evaluation.Runs;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Evaluation.Training;

/// <summary>
/// Reads what a network is trained on from data sets of any form: the cases' requests with their paraphrases and neighbours. Labelled
/// texts become edits of the classifier as <see cref="FlippedLabels"/> makes them.
/// </summary>
/// <param name="model">The model that the network is for, without edits.</param>
/// <param name="options">Whether broken records, and cases that the context has no room for, are passed over; counts them.</param>
public sealed class NetworkDataReader(LanguageModel model, DatasetOptions options)
{
    /// <summary>The part of the prompts that is held out for validation where no data is given for it.</summary>
    public const double HeldOutShare = 0.1;

    private readonly List<string> _notices = [];

    /// <summary>Most cases of a data set that are read; all when null, the default.</summary>
    public int? MostCases { get; init; }

    /// <summary>What should be known of how the data was read, a sentence each; mostly none.</summary>
    public IReadOnlyList<string> Notices => _notices;

    /// <summary>What records call a data set: a suite's name, or the form and the file's name without its folder.</summary>
    /// <param name="asked">The data set as it was asked for.</param>
    /// <param name="source">What was found for that.</param>
    public static string NameOf(string asked, DatasetSource source) =>
        asked.StartsWith($"{source.Format.Name}:", StringComparison.Ordinal)
            ? $"{source.Format.Name}:{Path.GetFileName(source.Path)}"
            : asked;

    /// <summary>Reads the data.</summary>
    /// <param name="name">What the record calls the training data, see <see cref="NameOf"/>.</param>
    /// <param name="train">The training data.</param>
    /// <param name="validation">The data of validation; a part of the prompts, drawn by the seed, when null.</param>
    /// <param name="seed">The seed of the drawing.</param>
    /// <exception cref="AmendException">A case is broken, asks for no edit, or has no room in the context.</exception>
    public NetworkData Read(string name, DatasetSource train, DatasetSource? validation, int seed)
    {
        var requests = Requests(train);
        return validation is null
            ? NetworkData.Parted(name, requests, new DataSplit(seed, HeldOutShare))
            : new NetworkData(name, requests, Requests(validation));
    }

    private EditRequest[] Requests(DatasetSource source)
    {
        var room = new ContextRoom(model, MetricNeeds.Rewrite | MetricNeeds.Paraphrases | MetricNeeds.Neighbors);
        var labels = new FlippedLabels(model);
        var cases = labels.Of(source.Read(options).Where(one => Fits(one, source, room))).Take(MostCases ?? int.MaxValue);
        EditRequest[] requests = [.. cases.SelectMany(one => one.ToEditRequests())];
        _notices.AddRange(labels.Notices);
        return requests;
    }

    private bool Fits(EditCase one, DatasetSource source, ContextRoom room)
    {
        if (room.Excess(MetricCase.Of(one, null)) is not { } excess)
            return true;
        var reason = $"'{source.Path}', case {one.Id}: {excess}; shorten it, or skip bad records.";
        if (!options.SkipBad)
            throw new AmendException(reason);
        options.Skipped.Add(reason);
        return false;
    }
}
