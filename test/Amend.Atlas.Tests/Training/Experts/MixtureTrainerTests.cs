using System.Globalization;
using System.Text.RegularExpressions;
using Amend.Atlas.Training;
using Amend.Atlas.Training.Experts;
using Amend.Models;
using Amend.Models.Families;
using Amend.Tensors;

namespace Amend.Atlas.Tests.Training.Experts;

[NoTensorLeaks]
public sealed partial class MixtureTrainerTests : WorldTrainerTests<RecallReport>
{
    private static readonly MixtureOptions Mixture = new() { ExpertWidth = 16 };
    private static readonly TrainingOptions Options = new()
    {
        Steps = 4,
        BatchRows = 2,
        RowTokens = 24,
        WarmUpSteps = 1,
        CheckpointEvery = 2,
        Vocabulary = TinyTokenizer.Vocabulary,
    };

    [Fact]
    public void What_is_written_is_a_mixtral_with_a_card_that_says_how_its_experts_are_used()
    {
        Trainer(seed: 1, TextWriter.Null).Train(Folder.Path, TestContext.Current.CancellationToken);

        using var model = LanguageModel.Load(Folder.Path);

        Assert.Equal("MixtralForCausalLM", Assert.IsType<CausalDecoder>(model.Transformer).Architecture);
        Assert.Equal("mixtral", model.ModelType);
        Assert.All(Enumerable.Range(0, model.Shape.Layers), layer => Assert.Equal(4, model.Transformer.DownMap(layer).Parts.Count));
        Assert.Empty(model.Notes);
        var card = File.ReadAllText(Folder.File("MODEL_CARD.md"));
        Assert.Contains("4 experts of width 16 in each block, of which a token goes through 2", card);
        Assert.Matches(@"\| 5 \| \d+\.\d \| \d+\.\d \| \d+\.\d \| \d+\.\d \|", card);
    }

    [Fact]
    public void The_loss_falls_and_every_expert_of_every_layer_is_used()
    {
        var log = new StringWriter();
        var options = Options with { Steps = 60, BatchRows = 4, WarmUpSteps = 5, CheckpointEvery = 60 };

        new GptTrainer(World.Load(), options, log, Mixture).Train(Folder.Path, TestContext.Current.CancellationToken);

        var steps = Step().Matches(log.ToString());
        Assert.Equal(3, steps.Count);
        Assert.InRange(Number(steps[2], "loss"), 0, 0.9 * Number(steps[0], "loss"));
        Assert.All(steps.Skip(1), step => Assert.InRange(Number(step, "least"), 0.02, 0.25));
        Assert.All(steps, step => Assert.InRange(Number(step, "imbalance"), 1, 1.3));
    }

    [Theory]
    [InlineData(0, 4, 16, 0.01, "0 of 4 experts of width 16")]
    [InlineData(5, 4, 16, 0.01, "5 of 4 experts of width 16")]
    [InlineData(2, 4, 0, 0.01, "2 of 4 experts of width 0")]
    [InlineData(2, 4, 16, -1, "balance weight of -1")]
    public void Settings_that_make_no_sense_are_refused(int chosen, int experts, int width, double balance, string named)
    {
        var options = new MixtureOptions { Chosen = chosen, Experts = experts, ExpertWidth = width, BalanceWeight = balance };

        Assert.Contains(named, Assert.Throws<AmendException>(options.Validated).Message);
    }

    /// <inheritdoc/>
    protected override WorldTrainer<RecallReport> Trainer(int seed, TextWriter log) =>
        new GptTrainer(World.Load(), Options with { Seed = seed }, log, Mixture);

    private static double Number(Match step, string name) => double.Parse(step.Groups[name].Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"step \d+/60 +loss (?<loss>\S+) +imbalance (?<imbalance>\S+) +least_share (?<least>\S+)")]
    private static partial Regex Step();
}
