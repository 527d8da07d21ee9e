using Amend.Atlas.Training;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Atlas.Tests.Training;

public sealed class GptTrainerTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Steps = 4,
        BatchRows = 2,
        RowTokens = 24,
        WarmUpSteps = 1,
        CheckpointEvery = 2,
        Vocabulary = TinyTokenizer.Vocabulary,
    };

    private readonly TempWorld _world = TempWorld.With("sea", "sea");
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _world.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_training_that_is_stopped_and_resumed_gives_the_weights_of_one_that_was_not()
    {
        var (whole, stopped) = (_folder.File("whole"), _folder.File("stopped"));
        var report = Train(whole, TextWriter.Null);
        using var stop = new CancellationTokenSource();

        var first = new GptTrainer(_world.Load(), Options, new StopAtCheckpoint(stop)).Train(stopped, stop.Token);
        var madeBefore = File.Exists(Path.Combine(stopped, "model.safetensors"));
        var second = Train(stopped, TextWriter.Null);

        Assert.Null(first);
        Assert.False(madeBefore);
        Assert.Equal(report!.ToString(), second!.ToString());
        Assert.Equal(HashOf(whole), HashOf(stopped));
        Assert.Equal(Checkpoint(whole), Checkpoint(stopped));
    }

    [Fact]
    public void The_weights_and_moments_are_those_of_the_plain_loop_bit_for_bit()
    {
        var options = Options with { Steps = 7, FirstCycleSteps = 4 };
        var folder = _folder.File("model");
        using var stop = new CancellationTokenSource();
        new GptTrainer(_world.Load(), options, new StopAtCheckpoint(stop)).Train(folder, stop.Token);
        new GptTrainer(_world.Load(), options, TextWriter.Null).Train(folder, TestContext.Current.CancellationToken);

        var plain = PlainGptTraining.Run(_world.Load(), options, Path.Combine(folder, ".training"));

        Assert.Equal(plain, Checkpoint(folder));
    }

    [Fact]
    public void A_checkpoint_of_other_options_is_refused()
    {
        var folder = _folder.File("model");
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Null(new GptTrainer(_world.Load(), Options, TextWriter.Null).Train(folder, stop.Token));

        var error = Assert.Throws<AmendException>(
            () => new GptTrainer(_world.Load(), Options with { Seed = 2 }, TextWriter.Null).Train(
                folder, TestContext.Current.CancellationToken));

        Assert.Contains("Seed = 1", error.Message);
    }

    [Fact]
    public void A_world_of_one_subject_is_refused_before_the_first_step()
    {
        var facts = TempWorld.Sea[TempWorld.Sea.IndexOf("facts:", StringComparison.Ordinal)..];
        using var world = TempWorld.With(facts, "facts: \"Pacific: Guam\"");

        var error = Assert.Throws<AmendException>(
            () => new GptTrainer(world.Load(), Options, TextWriter.Null).Train(_folder.Path, TestContext.Current.CancellationToken));

        Assert.Contains("'Guam' alone", error.Message);
    }

    private RecallReport? Train(string folder, TextWriter log) =>
        new GptTrainer(_world.Load(), Options, log).Train(folder, TestContext.Current.CancellationToken);

    private static string HashOf(string folder)
    {
        using var model = LanguageModel.Load(folder);
        return model.BaseHash;
    }

    /// <summary>Weights and moments of the last checkpoint, byte for byte.</summary>
    private static Dictionary<string, string> Checkpoint(string folder)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Path.Combine(folder, ".training", "checkpoint.safetensors"));
        return file.Entries.ToDictionary(
            e => e.Name, e => ContentHash.Of(file.Load(e.Name).bytes));
    }

    /// <summary>A log that stops the training once the first checkpoint is measured.</summary>
    private sealed class StopAtCheckpoint(CancellationTokenSource stop) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            if (value!.StartsWith("step 2: ", StringComparison.Ordinal))
                stop.Cancel();
        }
    }
}
