using Amend.Models;
using Amend.Tensors;

namespace Amend.Editing.Statistics;

/// <summary>Statistics that there are.</summary>
/// <param name="Statistics">The files, by layer, and of one layer in the order in which they are looked at.</param>
public sealed record StatisticsList(IReadOnlyList<ListedStatistics> Statistics)
{
    /// <summary>Reads one file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="AmendException">The file is missing, broken or not a second moment.</exception>
    public static StatisticsList Read(string path)
    {
        var found = SecondMomentSummary.Read(path);
        return new StatisticsList([new ListedStatistics(found.Notes.Layer, null, found)]);
    }

    /// <summary>Reads all files of a model that a library finds.</summary>
    /// <param name="library">The library.</param>
    /// <param name="model">The model.</param>
    /// <param name="mostWidth">The greatest width whose eigenvalues are computed, which takes time of its third power.</param>
    /// <exception cref="AmendException">A file is broken or not a second moment.</exception>
    public static StatisticsList Read(SecondMomentLibrary library, LanguageModel model, long mostWidth)
    {
        var listed = new List<ListedStatistics>();
        for (var layer = 0; layer < model.Shape.Layers; layer++)
        {
            var isFound = false;
            foreach (var path in library.Files(model, layer))
            {
                var found = SecondMomentSummary.Read(path, mostWidth);
                var fits = found.IsOf(model, layer);
                listed.Add(
                    new ListedStatistics(
                        layer, !fits ? StatisticsUse.OtherWeights : isFound ? StatisticsUse.OtherFirst : StatisticsUse.Used, found));
                isFound |= fits;
            }
        }

        return new StatisticsList(listed);
    }
}

/// <summary>A statistics file of a list.</summary>
/// <param name="Layer">The layer; null where the file does not say.</param>
/// <param name="Use">Whether editors of the model use it; null where it was not looked for by model.</param>
/// <param name="Statistics">What it holds.</param>
public sealed record ListedStatistics(int? Layer, StatisticsUse? Use, SecondMomentSummary Statistics);

/// <summary>Whether editors use a statistics file.</summary>
public enum StatisticsUse
{
    /// <summary>It is used.</summary>
    Used,

    /// <summary>Another file of the same layer is found first.</summary>
    OtherFirst,

    /// <summary>It is of other weights.</summary>
    OtherWeights,
}
