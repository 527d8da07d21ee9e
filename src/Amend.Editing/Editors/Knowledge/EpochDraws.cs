namespace Amend.Editing.Editors.Knowledge;

/// <summary>
/// Batches of items: all of them in an order of its own in each epoch, drawn from the seed and the epoch alone, so that any batch can be
/// asked for.
/// </summary>
/// <param name="items">How many there are.</param>
/// <param name="size">Items a batch; all where there are fewer.</param>
/// <param name="seed">The seed.</param>
internal sealed class EpochDraws(int items, int size, int seed)
{
    private const int SeedsApart = 1_000_003;
    private readonly int _size = Math.Min(size, items);
    private int[] _order = [];
    private int _epoch = -1;

    /// <summary>The items of a batch; what is left at an epoch's end makes none.</summary>
    /// <param name="batch">Its number, from 0.</param>
    public IReadOnlyList<int> Batch(int batch)
    {
        var (epoch, place) = Math.DivRem(batch, items / _size);
        if (epoch != _epoch)
        {
            _order = [.. Enumerable.Range(0, items)];
            Random(epoch).Shuffle(_order);
            _epoch = epoch;
        }

        return _order[(place * _size)..((place + 1) * _size)];
    }

    /// <summary>Random numbers of a batch.</summary>
    public Random OfBatch(int batch) => Random(-1 - batch);

    private Random Random(int of) => new(unchecked((seed * SeedsApart) + of));
}
