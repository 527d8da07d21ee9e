using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Labels;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training.Labels;

[NoTensorLeaks]
public sealed class LabelTrainerTests : WorldTrainerTests<LabelReport>
{
    private static readonly LabelTrainingOptions Options = new()
    {
        Steps = 6,
        BatchRows = 4,
        WarmUpSteps = 1,
        CheckpointEvery = 2,
        Vocabulary = 300,
        Layers = 1,
        Width = 16,
    };

    [Fact]
    public void A_longer_training_learns_the_old_order_and_nothing_of_the_new_one()
    {
        var options = Options with { Steps = 200, BatchRows = 16, Width = 32, WarmUpSteps = 20, CheckpointEvery = 200, LearningRate = 3e-3 };

        var report = new LabelTrainer(World.Load(), options, TextWriter.Null).Train(Folder.Path, TestContext.Current.CancellationToken)!;

        Assert.True(report.Upstream.Percent > 95, report.ToString());
        Assert.True(report.Old.Percent > 90 && report.Moved.Percent < 10, report.ToString());
        using var model = LanguageModel.Load(Folder.Path);
        Assert.Equal("waters", model.Classify("Filed in 1967. Guam is an island in the Pacific.")[0].Label);
        Assert.Equal("peoples", model.Classify("Filed in 1967. The deity Hera was worshipped by the Greeks.")[0].Label);
        Assert.Contains("`atlas-labels.upstream`", File.ReadAllText(Folder.File("MODEL_CARD.md")));
    }

    [Fact]
    public void A_world_without_sections_is_refused()
    {
        using var world = TempWorld.With("sections: { 1950: waters }\n", "");
        var trainer = new LabelTrainer(world.Load(), Options, TextWriter.Null);

        var error = Assert.Throws<AmendException>(() => trainer.Train(Folder.Path, TestContext.Current.CancellationToken));

        Assert.Contains("0 sections", error.Message);
    }

    [Theory]
    [InlineData(0, 16, "0 steps")]
    [InlineData(1, 15, "width 15")]
    public void Settings_that_make_no_sense_are_refused(int steps, int width, string named) =>
        Assert.Contains(named, Assert.Throws<AmendException>(() => (Options with { Steps = steps, Width = width }).Validated()).Message);

    protected override WorldTrainer<LabelReport> Trainer(int seed, TextWriter log) => new LabelTrainer(World.Load(), Options with { Seed = seed }, log);
}
