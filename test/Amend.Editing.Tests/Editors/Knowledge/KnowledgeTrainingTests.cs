using Amend.Editing.Editors.Knowledge;
using Amend.Editing.HyperNetworks;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.Editors.Knowledge;

[NoTensorLeaks]
public sealed class KnowledgeTrainingTests
{
    private static readonly string[] Claims = ["a cat is big", "the dog ran", "we sat", "so it was", "an owl can fly", "no one came", "rain fell", "it is red"];

    public static TheoryData<string, string> Editors => new()
    {
        { "ke", "constraint=kl" },
        { "ke", "constraint=both;p=1" },
        { "ke", "constraint=lp;views=true" },
        { "efk", "lr=1e-2;batch_size=2" },
    };

    [Theory]
    [MemberData(nameof(Editors))]
    public void A_training_learns_to_reach_targets_and_its_live_tensors_are_as_many_at_each_step(string editor, string settings)
    {
        using var model = ModelFor(editor);
        using var lesson = new Lesson(editor, model, settings);
        var before = lesson.Trainee.Validate(0);
        var live = new List<long>();

        lesson.Run(steps: 60, new Told(_ => live.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount)));

        // What the unedited model says is kept when it is first asked for.
        Assert.Single(live.Skip(30).Distinct());
        var after = lesson.Trainee.Validate(60);
        Assert.True(after[NetworkFigures.Success] >= before[NetworkFigures.Success], Shown(before, after));
        Assert.True(after[NetworkFigures.Loss] < before[NetworkFigures.Loss] || after[NetworkFigures.Success] == 1, Shown(before, after));
        Assert.Equal(model.BaseHash, model.Weights.Hash());
        Assert.All(model.Weights.All, weight => Assert.False(weight.Value.requires_grad || weight.Value.grad is not null, weight.Name));
    }

    [Fact]
    public void A_training_that_was_stopped_goes_on_to_the_same_tensors_bit_for_bit()
    {
        using var scope = NewDisposeScope();
        using var model = ModelFor("ke");
        using var whole = new Lesson("ke", model, "constraint=both;views=true");
        whole.Run(steps: 7);
        using var folder = new TempFolder();
        foreach (var stop in (int?[])[4, null])
        {
            using var part = new Lesson("ke", model, "constraint=both;views=true");
            using var source = new CancellationTokenSource();
            new TrainingLoop(part.Trainee, Lesson.Plan(7), folder.Path).Run(
                new Told(progress => { if (progress.Step == stop) source.Cancel(); }), source.Token);
            if (stop is not null)
                continue;
            foreach (var (expected, found) in whole.Trainee.Tensors.Zip(part.Trainee.Tensors))
                TensorAssert.Equal(expected.Name, expected.Value.detach(), found.Value.detach());
        }
    }

    [Fact]
    public void Margins_shrink_where_edits_succeed_to_the_narrowest()
    {
        using var constraint = new Constraint("kl", new MarginSchedule(Widest: 0.1, Narrowest: 0.07, Factor: 0.8, FromSuccess: 0.9), CPU);

        constraint.Anneal(0.9);
        Assert.Equal(0.1, constraint.Margin.Value.item<double>());
        constraint.Anneal(0.95);
        Assert.Equal(0.08, constraint.Margin.Value.item<double>(), 1e-12);
        constraint.Anneal(1);
        Assert.Equal(0.07, constraint.Margin.Value.item<double>());
    }

    [Fact]
    public void Multipliers_begin_at_one_ascend_by_what_is_over_the_margin_and_never_fall_below_zero()
    {
        using var scope = NewDisposeScope();
        using var model = ModelFor("ke");
        using var objective = new ConstrainedObjective(model, new KnowledgeNetworkOptions { Constraint = UpdateConstraint.Both, KlMargin = 0.1, LpMargin = 0.2 });
        Tensor[] updates = [full(4, 0.5f)];

        var loss = objective.Loss(new UpdateTerms(tensor(2f), tensor(0.4f), updates));
        using (no_grad())
            Assert.Equal(loss.item<float>(), objective.Loss(new UpdateTerms(tensor(2f), tensor(0.4f), updates)).item<float>());

        Assert.Equal(2 + (0.4 - 0.1) + (0.5 - 0.2), loss.item<float>(), 1e-5);
        var ascent = objective.Ascent;
        Assert.Equal((true, 0.0), (ascent.Ascends, ascent.Floor));
        Assert.Equal([0.3f, 0.3f], ascent.Optimizer.Tensors.Select(one => one.Value.grad!.item<float>()), (a, b) => Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Views_without_a_paraphrase_are_refused_in_a_sentence()
    {
        using var model = ModelFor("ke");

        var failure = Assert.Throws<AmendException>(() => new Lesson("ke", model, "views=true", paraphrases: false));

        Assert.Equal("'claims' has no paraphrase in its 6 requests, and views need some; give other data, or leave views out.", failure.Message);
    }

    [Fact]
    public void Every_epoch_has_each_item_once_in_an_order_of_its_own_and_any_batch_can_be_asked_for()
    {
        var draws = new EpochDraws(items: 7, size: 3, seed: 4);
        int[][] batches = [.. Enumerable.Range(0, 8).Select(batch => draws.Batch(batch).ToArray())];

        for (var epoch = 0; epoch < 4; epoch++)
            Assert.Equal(6, batches[(2 * epoch)..(2 * epoch + 2)].SelectMany(batch => batch).Distinct().Count());
        Assert.NotEqual(batches[0], batches[2]);
        Assert.Equal(batches[5], new EpochDraws(7, 3, 4).Batch(5));
        Assert.NotEqual(batches[5], new EpochDraws(7, 3, 5).Batch(5));
    }

    private static LanguageModel ModelFor(string editor) =>
        editor == "ke" ? TinyModels.Golden("families/bert_classification", new CharacterTokenizer()) : TinyModels.Gpt2();

    private static string Shown(params IReadOnlyDictionary<string, double>[] figures) =>
        string.Join("\n", figures.Select(of => string.Join(", ", of.Select(figure => $"{figure.Key} {figure.Value}"))));

    private sealed record Told(Action<TrainingProgress> Each) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => Each(value);
    }

    /// <summary>A small network of an editor with its training.</summary>
    private sealed class Lesson : IDisposable
    {
        private readonly HyperNetwork _network;

        public Lesson(string editor, LanguageModel model, string settings, bool paraphrases = true)
        {
            var kind = Amend.Editing.Editors.BuiltInNetworks.All.Find(editor);
            var options = kind.Options(model, $"hidden=8;condition_size=16;{settings}".Split(';').Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]));
            _network = kind.Create(model, options, seed: 1);
            EditRequest[] requests = [.. Claims.Select((claim, i) => Request(model, claim, i % 2, paraphrases))];
            try
            {
                Trainee = kind.Train(model, _network, new NetworkData("claims", requests[..6], requests[6..]), Fast(options), seed: 1);
            }
            catch
            {
                _network.Dispose();
                throw;
            }
        }

        public ITrainee Trainee { get; }

        public static TrainingPlan Plan(int steps) => new() { Steps = steps, Identity = "tiny", ValidateEvery = 5, CheckpointEvery = 2 };

        public void Run(int steps, IProgress<TrainingProgress>? progress = null)
        {
            using var folder = new TempFolder();
            new TrainingLoop(Trainee, Plan(steps), folder.Path).Run(progress, TestContext.Current.CancellationToken);
        }

        public void Dispose()
        {
            Trainee.Dispose();
            _network.Dispose();
        }

        private static NetworkOptions Fast(NetworkOptions options) =>
            options is KnowledgeNetworkOptions ke ? ke with { Lr = 3e-3, WarmUp = 5, BatchSize = 4 } : options;

        private static EditRequest Request(LanguageModel model, string claim, int target, bool paraphrases) => new(
            claim, null, model.Transformer is Amend.Models.Families.EncoderClassifier classifier ? classifier.Labels.Names[target] : target == 0 ? "yes" : "no")
        {
            Paraphrases = paraphrases ? [$"{claim}.", $"So, {claim}"] : [],
        };
    }
}
