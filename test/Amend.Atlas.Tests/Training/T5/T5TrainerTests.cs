using Amend.Atlas.Questions;
using Amend.Atlas.Training;
using Amend.Atlas.Training.T5;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training.T5;

[NoTensorLeaks]
public sealed class T5TrainerTests : WorldTrainerTests<QuestionReport>
{
    private static readonly T5TrainingOptions Options = new()
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
    public void What_is_written_is_a_model_that_answers_with_a_card()
    {
        Train(Folder.Path, Options);

        using var model = LanguageModel.Load(Folder.Path);

        var answering = Assert.IsType<EncoderDecoder>(model.Transformer);
        Assert.Equal(new OutputMarks(0, null, 1), answering.Marks);
        Assert.Equal(1, model.Tokenizer.EndOfText);
        Assert.Equal(1, model.Tokenizer.Encode("In which ocean is Guam?").Ids[^1]);
        Assert.Empty(model.Notes);
        Assert.Contains("`atlas-nq`", File.ReadAllText(Folder.File("MODEL_CARD.md")));
    }

    [Fact]
    public void A_longer_training_learns_what_it_is_told_and_answers_so_when_it_generates()
    {
        var options = Options with { Steps = 500, BatchRows = 32, Width = 32, WarmUpSteps = 50, CheckpointEvery = 500, LearningRate = 5e-3 };

        var report = Train(Folder.Path, options);

        Assert.True(report!.Shown.Percent > 95, report.ToString());
        using var model = LanguageModel.Load(Folder.Path);
        var world = World.Load();
        var plan = new QuestionPlan(options.Seed);
        var told = world.Facts.First(fact => !plan.IsUntold(fact));
        Assert.Equal(
            told.Object, model.Complete(QuestionForms.Ask(plan.Shown(told)[0], told.Subject)).Trim());
    }

    [Theory]
    [InlineData(0, 16, "0 steps")]
    [InlineData(1, 15, "width 15")]
    public void Settings_that_make_no_sense_are_refused(int steps, int width, string named) =>
        Assert.Contains(named, Assert.Throws<AmendException>(() => (Options with { Steps = steps, Width = width }).Validated()).Message);

    protected override WorldTrainer<QuestionReport> Trainer(int seed, TextWriter log) => new T5Trainer(World.Load(), Options with { Seed = seed }, log);

    private QuestionReport? Train(string folder, T5TrainingOptions options) =>
        new T5Trainer(World.Load(), options, TextWriter.Null).Train(folder, TestContext.Current.CancellationToken);
}
