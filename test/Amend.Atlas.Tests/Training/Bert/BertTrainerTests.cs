using Amend.Atlas.Facts;
using Amend.Atlas.Training.Bert;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training.Bert;

[NoTensorLeaks]
public sealed class BertTrainerTests : IDisposable
{
    private static readonly BertTrainingOptions Options = new()
    {
        Steps = 6,
        BatchRows = 4,
        WarmUpSteps = 1,
        CheckpointEvery = 2,
        Vocabulary = 300,
        Layers = 2,
        Width = 16,
    };

    private readonly TempWorld _world = TempWorld.Whole();
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
        var report = Train(whole, Options);
        using var stop = new CancellationTokenSource();

        var first = new BertTrainer(_world.Load(), Options, new StopAtValidation(stop)).Train(stopped, stop.Token);
        var madeBefore = File.Exists(Path.Combine(stopped, "model.safetensors"));
        var second = Train(stopped, Options);

        Assert.Null(first);
        Assert.False(madeBefore);
        Assert.Equal(report!.ToString(), second!.ToString());
        Assert.Equal(HashOf(whole), HashOf(stopped));
    }

    [Fact]
    public void What_is_written_is_a_classifier_of_claims_with_a_card()
    {
        Train(_folder.Path, Options);

        using var model = LanguageModel.Load(_folder.Path);

        var classifier = Assert.IsType<EncoderClassifier>(model.Transformer);
        Assert.Equal(["REFUTES", "SUPPORTS"], classifier.Labels.Names);
        Assert.Empty(model.Notes);
        Assert.Equal(2, model.Classify("Guam lies in the ocean called Pacific.").Count);
        Assert.Contains("`atlas-fever` (dev)", File.ReadAllText(_folder.File("MODEL_CARD.md")));
    }

    [Fact]
    public void A_longer_training_learns_what_it_is_shown()
    {
        var options = Options with { Steps = 700, BatchRows = 32, Width = 32, WarmUpSteps = 50, CheckpointEvery = 700 };

        var report = Train(_folder.Path, options);

        Assert.True(report!.Shown.Percent > 95, report.ToString());
        Assert.Equal((28, 20, 4, 20), (report.Shown.Of, report.Training.Of, report.Development.Of, report.Paraphrases.Of));
        Assert.Equal(24, report.ByRelation.Values.Sum(share => share.Of));
    }

    [Fact]
    public void A_checkpoint_of_other_options_is_refused()
    {
        using var stop = new CancellationTokenSource();
        Assert.Null(new BertTrainer(_world.Load(), Options, new StopAtValidation(stop)).Train(_folder.Path, stop.Token));

        var error = Assert.Throws<AmendException>(() => Train(_folder.Path, Options with { Seed = 2 }));

        Assert.Contains("Seed = 1", error.Message);
    }

    [Theory]
    [InlineData(0, 16, "0 steps")]
    [InlineData(1, 15, "width 15")]
    public void Settings_that_make_no_sense_are_refused(int steps, int width, string named) =>
        Assert.Contains(named, Assert.Throws<AmendException>(() => (Options with { Steps = steps, Width = width }).Validated()).Message);

    private ClaimReport? Train(string folder, BertTrainingOptions options) =>
        new BertTrainer(_world.Load(), options, TextWriter.Null).Train(folder, TestContext.Current.CancellationToken);

    private static string HashOf(string folder)
    {
        using var model = LanguageModel.Load(folder);
        return model.BaseHash;
    }
}
