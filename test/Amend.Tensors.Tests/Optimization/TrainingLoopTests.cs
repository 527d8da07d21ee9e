using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Tensors.Tests.Optimization;

[NoTensorLeaks]
public sealed class TrainingLoopTests : IDisposable
{
    private static readonly TrainingPlan Plan = new()
    {
        Steps = 12, Identity = "toy", Accumulate = 2, ClipNorm = 0.5, ValidateEvery = 3, CheckpointEvery = 4,
    };

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(11)]
    public void A_training_that_is_killed_and_resumed_ends_with_the_same_checkpoint_and_curve(int killedAfter)
    {
        var whole = Train("whole", Plan);

        Assert.Throws<KilledException>(() => Train("killed", Plan, At(killedAfter, () => throw new KilledException())));
        var resumed = Train("killed", Plan);

        Assert.Equal(Content("whole"), Content("killed"));
        Assert.Equal(whole.Points.Select(Figures), resumed.Points.Select(Figures));
    }

    [Fact]
    public void A_training_that_is_stopped_keeps_the_step_it_came_to_and_goes_on_from_there()
    {
        using var stop = new CancellationTokenSource();
        var whole = Train("whole", Plan);

        var stopped = Train("stopped", Plan, At(6, stop.Cancel), stop.Token);
        var first = 0;
        var resumed = Train("stopped", Plan, new Told(progress => first = first == 0 ? progress.Step : first));

        Assert.False(stopped.IsComplete);
        Assert.Equal(6, stopped.Steps);
        Assert.Equal(7, first);
        Assert.True(resumed.IsComplete);
        Assert.Equal(Content("whole"), Content("stopped"));
        Assert.Equal(whole.Points.Select(Figures), resumed.Points.Select(Figures));
    }

    [Fact]
    public void The_trainee_ends_with_the_best_tensors_by_the_watched_figure()
    {
        var plan = Plan with { Watched = new WatchedFigure("distance", HigherIsBetter: false) };
        using var trainee = new ToyTrainee { Distance = step => step == 6 ? 1 : 2 };
        float[] atSix = [];

        var curve = new TrainingLoop(trainee, plan, _folder.Path).Run(At(6, () => atSix = Weight(trainee)), Token);

        Assert.Equal(6, curve.BestStep);
        Assert.Equal(12, curve.Steps);
        Assert.Equal(atSix, Weight(trainee));
        using var again = new ToyTrainee();
        new TrainingLoop(again, plan, _folder.Path).Run(stop: Token);
        Assert.Equal(atSix, Weight(again));
    }

    [Fact]
    public void A_training_without_a_better_figure_ends_when_patience_is_used_up()
    {
        var plan = Plan with { Steps = 300, Watched = new WatchedFigure("distance", HigherIsBetter: true), Patience = 2 };
        using var trainee = new ToyTrainee { Distance = step => step <= 6 ? step : 0 };

        var curve = new TrainingLoop(trainee, plan, _folder.Path).Run(stop: Token);

        Assert.True(curve.IsComplete);
        Assert.Equal((12, 6), (curve.Steps, curve.BestStep));
        Assert.Equal([3, 6, 9, 12], curve.Points.Select(point => point.Step));
    }

    [Fact]
    public void Two_batches_of_a_step_are_one_of_their_mean_gradient()
    {
        using var scope = NewDisposeScope();
        using var trainee = new ToyTrainee();
        using var twice = new ToyTrainee();
        var plan = Plan with { Steps = 1, ClipNorm = null };
        trainee.Learn(0);
        trainee.Learn(1);
        GradientNorm.Scale(trainee.Optimizers[0].Optimizer.Tensors, 0.5);
        trainee.Optimizers[0].Optimizer.Step(trainee.Optimizers[0].Rate.At(0));

        new TrainingLoop(twice, plan, _folder.Path).Run(stop: Token);

        Assert.Equal(Weight(trainee), Weight(twice));
    }

    [Fact]
    public void A_multiplier_ascends_and_stays_at_or_above_its_floor()
    {
        using var trainee = new ToyTrainee();
        var lowest = float.MaxValue;
        var multiplier = trainee.Tensors[1].Value;

        new TrainingLoop(trainee, Plan with { Steps = 20 }, _folder.Path)
            .Run(new Told(_ => lowest = Math.Min(lowest, multiplier.ToArray()[0])), Token);

        // The constraint holds at first (|w|² < margin), so ascent lowers the multiplier until the floor stops it.
        Assert.Equal(0, lowest);
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_and_leaves_the_checkpoint()
    {
        using var trainee = new ToyTrainee { Factor = batch => batch == 10 ? float.NaN : 1 };

        var error = Assert.Throws<ArithmeticException>(() => new TrainingLoop(trainee, Plan, _folder.File("t")).Run(stop: Token));

        Assert.Contains("The loss of training became NaN after 5 steps", error.Message);
        Assert.Equal(4, TrainedSteps("t"));
    }

    [Fact]
    public void A_gradient_that_is_not_finite_moves_no_optimiser()
    {
        using var trainee = new ToyTrainee { Factor = _ => 1e30f };
        var before = Weight(trainee);

        var error = Assert.Throws<ArithmeticException>(() => new TrainingLoop(trainee, Plan, _folder.Path).Run(stop: Token));

        Assert.Contains("'weight'", error.Message);
        Assert.Equal(before, Weight(trainee));
    }

    [Fact]
    public void A_checkpoint_of_another_training_is_refused_and_kept()
    {
        Train("t", Plan);
        var before = Content("t");

        var error = Assert.Throws<AmendException>(() => Train("t", Plan with { Identity = "other" }));

        Assert.Contains("(toy)", error.Message);
        Assert.Contains("(other)", error.Message);
        Assert.Equal(before, Content("t"));
    }

    [Fact]
    public void A_file_that_cannot_be_written_ends_the_training_and_leaves_the_checkpoint()
    {
        var watched = Plan with { Watched = new WatchedFigure("distance", HigherIsBetter: false) };
        var blocked = At(5, () =>
        {
            File.Delete(_folder.File("t/best.safetensors"));
            Directory.CreateDirectory(_folder.File("t/best.safetensors/blocked"));
        });

        var error = Assert.Throws<AmendException>(() => Train("t", watched, blocked));

        Assert.Contains("best.safetensors", error.Message);
        Assert.Equal(4, TrainedSteps("t"));
    }

    [Fact]
    public void Two_trainings_in_one_folder_are_refused()
    {
        Assert.Contains(
            "Another process",
            Assert.Throws<AmendException>(() => Train("t", Plan, At(2, () => Train("t", Plan)))).Message);
    }

    [Fact]
    public void A_broken_checkpoint_is_refused_and_changes_nothing()
    {
        Train("t", Plan);
        var bytes = File.ReadAllBytes(Checkpoint("t"));
        using (var stream = File.OpenWrite(Checkpoint("t")))
            stream.SetLength(bytes.Length - 8);
        using var trainee = new ToyTrainee();
        var before = Weight(trainee);

        Assert.ThrowsAny<AmendException>(() => new TrainingLoop(trainee, Plan, _folder.File("t")).Run(stop: Token));

        Assert.Equal(before, Weight(trainee));
        Assert.Equal(bytes.Length - 8, new FileInfo(Checkpoint("t")).Length);
    }

    [Fact]
    public void Progress_has_the_mean_figures_the_rate_and_the_time_left()
    {
        var told = new List<TrainingProgress>();

        var curve = Train("t", Plan, new Told(told.Add));

        Assert.Equal(Enumerable.Range(1, 12), told.Select(progress => progress.Step));
        Assert.All(told, progress => Assert.True(progress.StepsPerSecond > 0));
        Assert.Equal(TimeSpan.Zero, told[^1].Left);
        Assert.Equal([3, 6, 9, 12], told.Where(progress => progress.Validation is not null).Select(progress => progress.Step));
        Assert.Equal(curve.Points[^1].Training["loss"], told[^1].Training["loss"]);
    }

    [Fact]
    public void The_number_of_live_tensors_is_flat()
    {
        var counts = new List<long>();

        Train("t", Plan with { Steps = 40 }, new Told(_ => counts.Add(TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount)));

        Assert.Equal(40, counts.Count);
        Assert.Single(counts.Distinct());
    }

    [Fact]
    public void The_curve_is_read_back_as_it_was_written()
    {
        var curve = Train("t", Plan);

        var points = TrainingCurve.ReadPoints(_folder.File("t/curve.jsonl"));

        Assert.Equal(curve.Points.Select(Figures), points.Select(Figures));
        Assert.Contains("no-such", Assert.Throws<AmendException>(() => TrainingCurve.ReadPoints(_folder.File("no-such"))).Message);
    }

    [Fact]
    public void Plans_that_make_no_sense_and_figures_that_are_not_measured_are_refused()
    {
        using var trainee = new ToyTrainee();
        string Message(TrainingPlan plan) =>
            Assert.Throws<AmendException>(() => new TrainingLoop(trainee, plan, _folder.Path).Run(stop: Token)).Message;

        Assert.Contains("0 steps", Message(Plan with { Steps = 0 }));
        Assert.Contains("norm of 0", Message(Plan with { ClipNorm = 0 }));
        Assert.Contains("2 validations", Message(Plan with { Patience = 2 }));
        Assert.Contains("measures distance", Message(Plan with { Watched = new WatchedFigure("accuracy", HigherIsBetter: true) }));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private TrainingCurve Train(
        string name, TrainingPlan plan, IProgress<TrainingProgress>? progress = null, CancellationToken? stop = null)
    {
        using var trainee = new ToyTrainee();
        return new TrainingLoop(trainee, plan, _folder.File(name)).Run(progress, stop ?? Token);
    }

    private static Told At(int step, Action act) => new(progress =>
    {
        if (progress.Step == step)
            act();
    });

    private string Checkpoint(string name) => Path.Combine(_folder.File(name), "checkpoint.safetensors");

    private int TrainedSteps(string name)
    {
        using var file = SafeTensorsFile.Open(Checkpoint(name));
        return System.Text.Json.JsonDocument.Parse(file.Metadata["state"]).RootElement.GetProperty("Step").GetInt32();
    }

    /// <summary>All tensors of the checkpoint, byte for byte.</summary>
    private Dictionary<string, string> Content(string name)
    {
        using var scope = NewDisposeScope();
        using var file = SafeTensorsFile.Open(Checkpoint(name));
        return file.Entries.ToDictionary(e => e.Name, e => ContentHash.Of(file.Load(e.Name).bytes));
    }

    private static string Figures(CurvePoint point) =>
        $"{point.Step}: {string.Join(", ", point.Training.Concat(point.Validation).Select(figure => $"{figure.Key} {figure.Value:R}"))}";

    private static float[] Weight(ToyTrainee trainee) => trainee.Tensors[0].Value.ToArray();

    private sealed class Told(Action<TrainingProgress> tell) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => tell(value);
    }

    private sealed class KilledException : Exception;
}

file static class TensorValues
{
    public static float[] ToArray(this Tensor value)
    {
        using var scope = NewDisposeScope();
        return value.detach().data<float>().ToArray();
    }
}
