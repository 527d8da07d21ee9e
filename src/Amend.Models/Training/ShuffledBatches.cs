using Amend.Tensors;

namespace Amend.Models.Training;

/// <summary>
/// Batches of examples, each example once an epoch in an order of its own that follows from the seed and the epoch's number alone.
/// </summary>
/// <param name="count">The examples.</param>
/// <param name="size">Examples a batch; the last of an epoch may have fewer.</param>
/// <param name="seed">The seed of the orders.</param>
internal sealed class ShuffledBatches(int count, int size, int seed)
{
    private readonly int _batches = (count + size - 1) / size;
    private int _epoch = -1;
    private int[] _order = [];

    /// <summary>The places of a batch's examples.</summary>
    /// <param name="batch">The batch's number over all epochs, from 0.</param>
    public ReadOnlySpan<int> Of(int batch)
    {
        if (batch / _batches != _epoch)
            Shuffle(batch / _batches);
        var start = batch % _batches * size;
        return _order.AsSpan(start, Math.Min(size, count - start));
    }

    private void Shuffle(int epoch)
    {
        _epoch = epoch;
        _order = [.. Enumerable.Range(0, count)];
        StableRandom.For(seed, $"epoch\t{epoch}").Shuffle(_order);
    }
}
