namespace Amend.Editing.Statistics;

/// <summary>A text cut into shards, see <see cref="SecondMomentCollector.Cut"/>.</summary>
public sealed class ShardedText
{
    internal ShardedText(IReadOnlyList<TokenShard> shards, TakenText taken, CutOff cut) => (Shards, Taken, Cut) = (shards, taken, cut);

    /// <summary>The shards, in the text's order.</summary>
    public IReadOnlyList<TokenShard> Shards { get; }

    /// <summary>SHA-256 of the passages in them.</summary>
    public string Hash => Taken.Hash;

    internal TakenText Taken { get; }

    internal CutOff Cut { get; }
}

/// <summary>A part of a text as token ids: batch by batch, passage by passage.</summary>
/// <param name="Batches">The batches, each a pass.</param>
public sealed record TokenShard(IReadOnlyList<IReadOnlyList<IReadOnlyList<int>>> Batches);
