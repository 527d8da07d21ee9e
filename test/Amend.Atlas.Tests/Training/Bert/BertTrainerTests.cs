using Amend.Atlas.Facts;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Bert;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training.Bert;

[NoTensorLeaks]
public sealed class BertTrainerTests : WorldTrainerTests<ClaimReport>
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

    [Fact]
    public void What_is_written_is_a_classifier_of_claims_with_a_card()
    {
        Train(Folder.Path, Options);

        using var model = LanguageModel.Load(Folder.Path);

        var classifier = Assert.IsType<EncoderClassifier>(model.Transformer);
        Assert.Equal(["REFUTES", "SUPPORTS"], classifier.Labels.Names);
        Assert.Empty(model.Notes);
        Assert.Equal(2, model.Classify("Guam lies in the ocean called Pacific.").Count);
        Assert.Contains("`atlas-fever` (dev)", File.ReadAllText(Folder.File("MODEL_CARD.md")));
    }

    [Fact]
    public void A_longer_training_learns_what_it_is_shown()
    {
        var options = Options with { Steps = 700, BatchRows = 32, Width = 32, WarmUpSteps = 50, CheckpointEvery = 700 };

        var report = Train(Folder.Path, options);

        Assert.True(report!.Shown.Percent > 95, report.ToString());
        Assert.Equal((28, 20, 4, 20), (report.Shown.Of, report.Training.Of, report.Development.Of, report.Paraphrases.Of));
        Assert.Equal(24, report.ByRelation.Values.Sum(share => share.Of));
    }

    [Theory]
    [InlineData(0, 16, "0 steps")]
    [InlineData(1, 15, "width 15")]
    public void Settings_that_make_no_sense_are_refused(int steps, int width, string named) =>
        Assert.Contains(named, Assert.Throws<AmendException>(() => (Options with { Steps = steps, Width = width }).Validated()).Message);

    protected override WorldTrainer<ClaimReport> Trainer(int seed, TextWriter log) => new BertTrainer(World.Load(), Options with { Seed = seed }, log);

    private ClaimReport? Train(string folder, BertTrainingOptions options) =>
        new BertTrainer(World.Load(), options, TextWriter.Null).Train(folder, TestContext.Current.CancellationToken);
}
