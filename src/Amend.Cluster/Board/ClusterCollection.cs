using Amend.Cluster.Orders;
using Amend.Editing.Statistics;

namespace Amend.Cluster.Board;

/// <summary>A collection of statistics as a run of parts, one a shard of the text.</summary>
public static class ClusterCollection
{
    /// <summary>Tokens of a shard, so that its sums, half a square of the MLP's width for each layer, are small beside the work.</summary>
    public const long TokensOfShard = 1 << 16;

    /// <summary>Submits a collection.</summary>
    /// <param name="board">The cluster's runs.</param>
    /// <param name="suite">What the text is called where runs are listed.</param>
    /// <param name="order">What workers are told.</param>
    /// <param name="text">The text.</param>
    /// <returns>The run's number.</returns>
    /// <exception cref="Tensors.AmendException">The database cannot be used.</exception>
    public static long Submit(RunBoard board, string suite, SharedCollection order, ShardedText text) =>
        board.Submit(suite, order, text.Shards.Select((shard, at) => ($"shard-{at + 1}", SharedCollection.Given(shard))));

    /// <summary>Makes the files of a collection from what a run gave.</summary>
    /// <param name="board">The cluster's runs.</param>
    /// <param name="run">The run, which is done.</param>
    /// <param name="collector">The layers.</param>
    /// <param name="text">The text, as it was submitted.</param>
    /// <param name="paths">The statistics file of each layer.</param>
    /// <exception cref="Tensors.AmendException">The database cannot be used, or a file is there already or cannot be written.</exception>
    public static void Fetch(RunBoard board, long run, SecondMomentCollector collector, ShardedText text, IReadOnlyList<string> paths)
    {
        using var parts = board.Parts(run);
        collector.Keep(text, text.Shards.Select((_, at) => SharedCollection.Read(parts.Read(at + 1))), paths);
    }
}
