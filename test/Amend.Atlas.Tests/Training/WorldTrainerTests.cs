using Amend.Atlas.Training;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training;

/// <summary>What every trainer of a world's model keeps: a training goes on where it stopped, and only with its own options.</summary>
/// <typeparam name="TReport">What is measured of the written model.</typeparam>
public abstract class WorldTrainerTests<TReport> : IDisposable
    where TReport : class
{
    private readonly TempWorld _world = TempWorld.Whole();

    internal TempFolder Folder { get; } = new();

    internal TempWorld World => _world;

    public void Dispose()
    {
        _world.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void A_training_that_is_stopped_and_resumed_gives_the_weights_of_one_that_was_not()
    {
        var (whole, stopped) = (Folder.File("whole"), Folder.File("stopped"));
        var report = Train(whole, seed: 1);
        using var stop = new CancellationTokenSource();

        var first = Trainer(seed: 1, new StopAtValidation(stop)).Train(stopped, stop.Token);
        var madeBefore = File.Exists(Path.Combine(stopped, "model.safetensors"));
        var second = Train(stopped, seed: 1);

        Assert.Null(first);
        Assert.False(madeBefore);
        Assert.Equal(report!.ToString(), second!.ToString());
        Assert.Equal(HashOf(whole), HashOf(stopped));
    }

    [Fact]
    public void A_checkpoint_of_other_options_is_refused()
    {
        using var stop = new CancellationTokenSource();
        Assert.Null(Trainer(seed: 1, new StopAtValidation(stop)).Train(Folder.Path, stop.Token));

        var error = Assert.Throws<AmendException>(() => Train(Folder.Path, seed: 2));

        Assert.Contains("Seed = 1", error.Message);
    }

    /// <summary>A trainer with short options, which validates every other step.</summary>
    protected abstract WorldTrainer<TReport> Trainer(int seed, TextWriter log);

    private TReport? Train(string folder, int seed) =>
        Trainer(seed, TextWriter.Null).Train(folder, TestContext.Current.CancellationToken);

    private static string HashOf(string folder)
    {
        using var model = LanguageModel.Load(folder);
        return model.BaseHash;
    }
}
