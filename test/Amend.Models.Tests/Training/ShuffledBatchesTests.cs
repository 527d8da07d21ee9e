using Amend.Models.Training;

namespace Amend.Models.Tests.Training;

public sealed class ShuffledBatchesTests
{
    [Fact]
    public void Each_example_comes_once_an_epoch_in_another_order()
    {
        var batches = new ShuffledBatches(10, 4, seed: 1);

        var epochs = Enumerable.Range(0, 6).Select(batch => batches.Of(batch).ToArray()).Chunk(3).ToList();

        Assert.All(epochs, epoch => Assert.Equal([4, 4, 2], epoch.Select(batch => batch.Length)));
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 10), epoch.SelectMany(batch => batch).Order()));
        Assert.NotEqual(epochs[0].SelectMany(batch => batch), epochs[1].SelectMany(batch => batch));
    }

    [Fact]
    public void A_batch_follows_from_the_seed_and_its_number_alone()
    {
        var (first, second) = (new ShuffledBatches(10, 4, seed: 1), new ShuffledBatches(10, 4, seed: 1));
        _ = first.Of(0);
        _ = first.Of(1);

        Assert.Equal(first.Of(4).ToArray(), second.Of(4).ToArray());
        Assert.NotEqual(first.Of(4).ToArray(), new ShuffledBatches(10, 4, seed: 2).Of(4).ToArray());
    }
}
