using Amend.Atlas.Training.T5;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training.T5;

[NoTensorLeaks]
public sealed class T5TrainerTests : IDisposable
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

        var first = new T5Trainer(_world.Load(), Options, new StopAtValidation(stop)).Train(stopped, stop.Token);
        var madeBefore = File.Exists(Path.Combine(stopped, "model.safetensors"));
        var second = Train(stopped, Options);

        Assert.Null(first);
        Assert.False(madeBefore);
        Assert.Equal(report!.ToString(), second!.ToString());
        Assert.Equal(HashOf(whole), HashOf(stopped));
    }

    [Fact]
    public void What_is_written_is_a_model_that_answers_with_a_card()
    {
        Train(_folder.Path, Options);

        using var model = LanguageModel.Load(_folder.Path);

        var answering = Assert.IsType<EncoderDecoder>(model.Transformer);
        Assert.Equal(new OutputMarks(0, null, 1), answering.Marks);
        Assert.Equal(1, model.Tokenizer.EndOfText);
        Assert.Equal(1, model.Tokenizer.Encode("In which ocean is Guam?").Ids[^1]);
        Assert.Empty(model.Notes);
        Assert.Contains("`atlas-nq`", File.ReadAllText(_folder.File("MODEL_CARD.md")));
    }

    [Fact]
    public void A_longer_training_learns_what_it_is_told_and_answers_so_when_it_generates()
    {
        var options = Options with { Steps = 500, BatchRows = 32, Width = 32, WarmUpSteps = 50, CheckpointEvery = 500, LearningRate = 5e-3 };

        var report = Train(_folder.Path, options);

        Assert.True(report!.Shown.Percent > 95, report.ToString());
        using var model = LanguageModel.Load(_folder.Path);
        var world = _world.Load();
        var plan = new Amend.Atlas.Questions.QuestionPlan(options.Seed);
        var told = world.Facts.First(fact => !plan.IsUntold(fact));
        Assert.Equal(
            told.Object, model.Complete(Amend.Atlas.Questions.QuestionForms.Ask(plan.Shown(told)[0], told.Subject)).Trim());
    }

    [Fact]
    public void A_checkpoint_of_other_options_is_refused()
    {
        using var stop = new CancellationTokenSource();
        Assert.Null(new T5Trainer(_world.Load(), Options, new StopAtValidation(stop)).Train(_folder.Path, stop.Token));

        var error = Assert.Throws<AmendException>(() => Train(_folder.Path, Options with { Seed = 2 }));

        Assert.Contains("Seed = 1", error.Message);
    }

    [Theory]
    [InlineData(0, 16, "0 steps")]
    [InlineData(1, 15, "width 15")]
    public void Settings_that_make_no_sense_are_refused(int steps, int width, string named) =>
        Assert.Contains(named, Assert.Throws<AmendException>(() => (Options with { Steps = steps, Width = width }).Validated()).Message);

    private QuestionReport? Train(string folder, T5TrainingOptions options) =>
        new T5Trainer(_world.Load(), options, TextWriter.Null).Train(folder, TestContext.Current.CancellationToken);

    private static string HashOf(string folder)
    {
        using var model = LanguageModel.Load(folder);
        return model.BaseHash;
    }
}
