using Amend.Atlas.Training;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training;

public sealed class TrainingOptionsTests
{
    public static TheoryData<TrainingOptions> Refused =>
    [
        new TrainingOptions { Steps = 0 },
        new TrainingOptions { BatchRows = 0 },
        new TrainingOptions { RowTokens = 1 },
        new TrainingOptions { RowTokens = 129 },
        new TrainingOptions { Vocabulary = 299 },
        new TrainingOptions { LearningRate = 0 },
        new TrainingOptions { LearningRate = double.NaN },
        new TrainingOptions { WarmUpSteps = -1 },
        new TrainingOptions { WeightDecay = -1 },
        new TrainingOptions { CheckpointEvery = 0 },
        new TrainingOptions { FirstCycleSteps = 0 },
        new TrainingOptions { SecondCycleRate = 0 },
        new TrainingOptions { LocalShare = 1.1 },
        new TrainingOptions { OtherTokenWeight = -0.1 },
    ];

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void Settings_that_make_no_sense_are_refused(TrainingOptions options) => Assert.Throws<AmendException>(options.Validated);

    [Fact]
    public void The_text_by_which_a_checkpoint_knows_its_options_stays()
    {
        Assert.Equal(
            "TrainingOptions { Steps = 5200, FirstCycleSteps = 4000, SecondCycleRate = 0.4, BatchRows = 24, RowTokens = 64, LearningRate = 0.0015, WarmUpSteps = 100, WeightDecay = 0.05, LocalShare = 0.8, OtherTokenWeight = 0.3, Vocabulary = 3300, CheckpointEvery = 200, Seed = 1, Shape = ModelShape { Layers = 6, Width = 256, MlpWidth = 1024, Heads = 4, Vocabulary = 3300, ContextLength = 128 } }",
            new TrainingOptions().Validated().ToString());
    }
}
