using Amend.Editing.Editors.Enn;
using Amend.Editing.Editors.Mend;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Rows;
using Amend.Editing.Tests.Editors.Mend;
using Amend.Tensors.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Amend.Editing.Tests.HyperNetworks.Rows;

[NoTensorLeaks]
public sealed class RowTrainingTests : IDisposable
{
    private static readonly NetworkData Data = new("texts", TinyMend.Requests, TinyMend.Requests);
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_networks_gradients_are_those_of_finite_differences()
    {
        const double Step = 2e-3;
        using var mend = new TinyMend().Trained();
        using var scope = NewDisposeScope();
        using var training = Training(mend, norm: true);
        var start = State(mend);
        training.Learn(0);
        var gradients = mend.Network.Learned.Append(mend.Network.Rates).Select(tensor => (tensor.Name, tensor.Value, Slope: tensor.Value.grad!.clone())).ToList();

        foreach (var (name, value, slope) in gradients)
        {
            var length = slope.norm().item<float>();
            Assert.True(length > 0, $"{name} has no gradient");
            var way = slope / length;
            var (up, down) = (LossAt(value, way, Step), LossAt(value, way, -Step));
            Assert.Equal(1, (up - down) / (2 * Step) / length, tolerance: 0.03);
        }

        double LossAt(Tensor value, Tensor way, double step)
        {
            Restore(mend, start);
            using (no_grad())
                value.add_(way * step);
            var loss = training.Learn(0)[NetworkFigures.Loss];
            Restore(mend, start);
            return loss;
        }
    }

    [Fact]
    public void Training_lowers_the_objective_on_its_own_examples()
    {
        using var mend = new TinyMend();
        using var training = Training(mend, norm: true);

        var curve = new TrainingLoop(training, Plan(60), _folder.File("run")).Run(stop: TestContext.Current.CancellationToken);

        var (first, last) = (curve.Points[0].Training, curve.Points[^1].Training);
        Assert.True(last["loss"] < 0.7 * first["loss"], $"{first["loss"]} became {last["loss"]}");
        Assert.Equal(
            ["edit_loss", "generality", "locality", "locality_loss", "loss", "success"], curve.Points[^1].Validation.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_training_that_was_stopped_ends_with_the_same_network_bit_for_bit()
    {
        using var whole = new TinyMend();
        using (var training = Training(whole, norm: true))
            new TrainingLoop(training, Plan(6), _folder.File("whole")).Run(stop: TestContext.Current.CancellationToken);

        using var stop = new CancellationTokenSource();
        using var stopped = new TinyMend();
        using (var training = Training(stopped, norm: true))
            new TrainingLoop(training, Plan(6), _folder.File("parts")).Run(new StopsAt(3, stop), stop.Token);
        using var resumed = new TinyMend(seed: 0);
        using (var training = Training(resumed, norm: true))
            new TrainingLoop(training, Plan(6), _folder.File("parts")).Run(stop: TestContext.Current.CancellationToken);

        Assert.All(whole.Network.Tensors.Zip(resumed.Network.Tensors), pair => TensorAssert.Equal(pair.First.Name, pair.First.Value, pair.Second.Value));
        Assert.Contains(whole.Network.Tensors.Zip(stopped.Network.Tensors), pair => !AreEqual(pair.First.Value, pair.Second.Value));
    }

    [Fact]
    public void The_count_of_live_tensors_stays_the_same_from_step_to_step()
    {
        using var mend = new TinyMend();
        using var training = Training(mend, norm: true);
        var counts = new List<long>();

        new TrainingLoop(training, Plan(12), _folder.File("run")).Run(new Counts(counts), TestContext.Current.CancellationToken);

        Assert.Single(counts.Skip(6).Distinct());
    }

    [Fact]
    public void A_classifier_and_an_encoder_decoder_learn_with_divergences_of_labels_and_of_their_own_answers()
    {
        foreach (var (path, target, layers) in new[] { ("models/bert_tiny_cls", "LABEL_1", (int[])[1, 2]), ("models/t5_tiny", "w3 w4", [0, 1]) })
        {
            using var scope = NewDisposeScope();
            using var model = TinyModels.Golden(path, new NumberedWords());
            var options = new MendNetworkOptions { Layers = layers, Rank = 4, EditLr = 1e-2, BatchSize = 2 };
            using var network = new MendNetwork(RowWeights.Find(model, options), options, seed: 0);
            EditRequest[] requests = [new("w1 w2", null, target) { Neighbors = ["w5 w6 w7"] }, new("w8", null, target)];
            using var training = Training(new NetworkLesson(model, network, new NetworkData("texts", requests, requests), 0), options);

            var (first, second) = (training.Learn(0), training.Learn(0));

            Assert.True(first["locality_loss"] > 0, $"{path}: the edit left the kept texts as they were");
            Assert.True(double.IsFinite(second["loss"]));
            Assert.All(network.Learned, tensor => Assert.NotNull(tensor.Value.grad));
        }
    }

    [Fact]
    public void Rates_of_gradient_steps_are_learned_too()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModels.Gpt2(layers: 3);
        var options = new EnnNetworkOptions { Layers = [1, 2], EditLr = 1e-4, LrLr = 3e-3, NEditSteps = 2, BatchSize = 3 };
        using var network = new EnnNetwork(RowWeights.Find(model, options), options);
        using var training = new RowTraining(new NetworkLesson(model, network, Data, Seed: 0), options);

        var curve = new TrainingLoop(training, Plan(30), _folder.File("run")).Run(stop: TestContext.Current.CancellationToken);

        var (first, last) = (curve.Points[0].Training["edit_loss"], curve.Points[^1].Training["edit_loss"]);
        Assert.True(last < 0.95 * first, $"{first} became {last}");
        Assert.True(network.Rates.Value.min().item<float>() > 1e-4);
    }

    private static RowTraining Training(TinyMend mend, bool norm) => Training(
        new NetworkLesson(mend.Model, mend.Network, Data, Seed: 0), mend.Options with { Lr = 1e-3, LrLr = 1e-3, Norm = norm });

    private static RowTraining Training(NetworkLesson lesson, MendNetworkOptions options) => new(
        lesson, options, new ScheduledOptimizer(new Adam(((MendNetwork)lesson.Network).Learned), new ConstantRate(options.Lr)));

    private static TrainingPlan Plan(int steps) => new()
    {
        Steps = steps, Identity = "tiny", ClipNorm = 100, ValidateEvery = 10, CheckpointEvery = 10,
    };

    private static List<Tensor> State(TinyMend mend) => [.. mend.Network.Tensors.Select(tensor => tensor.Value.detach().clone())];

    private static void Restore(TinyMend mend, List<Tensor> state)
    {
        using var none = no_grad();
        foreach (var (tensor, value) in mend.Network.Tensors.Zip(state))
            tensor.Value.copy_(value);
    }

    private static bool AreEqual(Tensor one, Tensor other)
    {
        using var scope = NewDisposeScope();
        return one.eq(other).all().item<bool>();
    }

    private sealed class Counts(List<long> counts) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private sealed class StopsAt(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                stop.Cancel();
        }
    }
}
