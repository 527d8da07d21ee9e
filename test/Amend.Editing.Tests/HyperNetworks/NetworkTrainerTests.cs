using Amend.Editing.HyperNetworks;
using Amend.Tensors;
using Amend.Tensors.Optimization;
using Amend.Testing.HyperNetworks;
using TorchSharp;

namespace Amend.Editing.Tests.HyperNetworks;

[NoTensorLeaks]
public sealed class NetworkTrainerTests
{
    [Fact]
    public void A_training_lowers_the_loss_of_validation_and_leaves_the_model_alone()
    {
        using var tiny = new TinyTraining();
        var trained = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("validate_every", "10")));

        var losses = trained.Curve.Points.Select(point => point.Validation[NetworkFigures.Loss]).ToList();
        Assert.Equal([10, 20], trained.Curve.Points.Select(point => point.Step));
        Assert.True(losses[1] < losses[0], $"{losses[0]} became {losses[1]}");
        Assert.Equal(losses.Min(), trained.File!.Record.Figures[NetworkFigures.Loss]);
        Assert.Equal(tiny.Model.BaseHash, tiny.Model.Weights.Hash());
        Assert.All(tiny.Model.Weights.All, weight => Assert.False(weight.Value.requires_grad, weight.Name));
    }

    [Fact]
    public void A_network_lies_in_the_home_by_editor_weights_and_data_and_its_record_says_what_it_is()
    {
        using var tiny = new TinyTraining();
        var file = tiny.Train(("start", "0.5"));

        var record = file.Record;
        Assert.Equal(Path.Combine(tiny.Home.Folder, "networks", "rate", tiny.Model.BaseHash[..16], TinyTraining.Data.Hash[..16], record.Id + ".safetensors"), file.Path);
        Assert.Equal((0.5, 3), ((double)record.Settings["start"]!, record.Steps));
        Assert.Equal(("names", 8, 2, 0.2), (record.Data.Source, record.Data.Train, record.Data.Validation, record.Data.Split!.Share));
        Assert.Equal([0, 1, 2], record.Layers);
        Assert.Equal("transformer.h.1.mlp.c_proj.weight", record.Weights[1]);
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(file.Path)!));
    }

    [Fact]
    public void The_same_training_again_finds_the_network_and_does_nothing()
    {
        using var tiny = new TinyTraining();
        var first = tiny.Train();

        var again = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("steps", "3")));

        Assert.True(again.WasTrained);
        Assert.Equal((first.Record.Time, first.Record.TensorsHash), (again.File!.Record.Time, again.File.Record.TensorsHash));
    }

    [Fact]
    public void A_training_that_was_stopped_goes_on_and_ends_with_the_same_tensors_bit_for_bit()
    {
        using var tiny = new TinyTraining();
        using var stop = new CancellationTokenSource();
        var whole = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training() with { Path = tiny.Folder.Beside("whole.safetensors") });
        var training = tiny.Training() with { Path = tiny.Folder.Beside("parts.safetensors") };

        var part = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, training with { Stop = stop.Token, Progress = new StopAt(7, stop) });
        var rest = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, training with { OnlyResume = true });

        Assert.Null(part.File);
        Assert.Equal((7, 20), (part.Curve.Steps, rest.Curve.Steps));
        Assert.Equal(whole.File!.Record.TensorsHash, rest.File!.Record.TensorsHash);
        Assert.Equal(whole.Curve.Points.Select(point => point.Validation), rest.Curve.Points.Select(point => point.Validation));
    }

    [Fact]
    public void Another_seed_gives_another_network()
    {
        using var tiny = new TinyTraining();
        var one = tiny.Train();
        var other = TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("steps", "3")) with { Seed = 1 }).File!;

        Assert.NotEqual(one.Record.Id, other.Record.Id);
        Assert.NotEqual(one.Record.TensorsHash, other.Record.TensorsHash);
    }

    [Fact]
    public void The_number_of_live_tensors_is_the_same_after_each_step()
    {
        using var tiny = new TinyTraining();
        var live = new LiveTensors();

        TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("validate_every", "4")) with { Progress = live });

        Assert.Equal(20, live.Counts.Count);
        Assert.Single(live.Counts.Skip(1).Distinct());
    }

    [Theory]
    [InlineData("step", "3", "There is no setting 'step' (did you mean steps?)")]
    [InlineData("layers", "[7]", "A network of rate cannot be trained with these settings: layers 7 were asked and the model has layers 0 to 2.")]
    [InlineData("steps", "0", "A network of rate cannot be trained with these settings: steps is 0 and must be at least 1.")]
    [InlineData("start", "fast", "The setting start cannot be \"fast\"; it is now 0.01.")]
    public void Settings_that_cannot_be_used_are_refused_in_one_sentence(string name, string value, string sentence)
    {
        using var tiny = new TinyTraining();

        Assert.StartsWith(sentence, Refused(tiny, TinyTraining.Data, tiny.Training((name, value))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1, "'names' gives 1 request to learn from, and training needs at least 2; give more data.")]
    [InlineData(2, 0, "'names' leaves no request for validation beside 2 to learn from; give more data, a larger share of it, or validation data of its own (--valid).")]
    public void Data_of_too_few_requests_is_refused(int train, int validation, string sentence)
    {
        using var tiny = new TinyTraining();
        var data = new NetworkData("names", [.. TinyTraining.Requests(train)], [.. TinyTraining.Requests(validation)]);

        Assert.Equal(sentence, Refused(tiny, data, tiny.Training()).Message);
    }

    [Fact]
    public void A_model_with_edits_is_refused()
    {
        using var tiny = new TinyTraining();
        tiny.Train();
        using var edit = new RateEditor().Apply(tiny.Model, [TinyTraining.Requests(1).Single()], tiny.Context());

        Assert.Equal(
            "'tiny' has 1 edits, and networks are trained for a model without; take them back first.", Refused(tiny, TinyTraining.Data, tiny.Training()).Message);
    }

    [Fact]
    public void A_model_of_a_kind_that_the_editor_does_not_serve_is_refused()
    {
        using var tiny = new TinyTraining();
        using var masked = TinyModels.Golden("families/bert_mlm", new CharacterTokenizer());

        var failure = Assert.Throws<AmendException>(() => TinyTraining.Trainer.Train(masked, TinyTraining.Data, tiny.Training()));

        Assert.StartsWith("The training of a network of rate needs ", failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("; 'bert_mlm' is BertForMaskedLM.", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_that_is_no_label_of_the_classifier_is_refused()
    {
        using var tiny = new TinyTraining();
        using var classifier = TinyModels.Golden("families/bert_classification", new CharacterTokenizer());

        var failure = Assert.Throws<AmendException>(() => TinyTraining.Trainer.Train(classifier, TinyTraining.Data, tiny.Training()));

        Assert.Contains("has no label 'Rome'; give one of ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checkpoint_of_other_settings_and_a_network_in_the_way_are_refused_and_stay()
    {
        using var tiny = new TinyTraining();
        using var stop = new CancellationTokenSource();
        var training = tiny.Training() with { Path = tiny.Folder.Beside("mine.safetensors") };
        TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, training with { Stop = stop.Token, Progress = new StopAt(6, stop) });
        var kept = File.ReadAllBytes(Checkpoint());

        var ofCheckpoint = Refused(tiny, TinyTraining.Data, training with { Seed = 3 });
        TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, training);
        var ofFile = Refused(tiny, TinyTraining.Data, training with { Seed = 3 });

        Assert.Contains("is of another training (rate-", ofCheckpoint.Message, StringComparison.Ordinal);
        Assert.NotEmpty(kept);
        Assert.StartsWith($"'{training.Path}' holds the network rate-", ofFile.Message, StringComparison.Ordinal);

        string Checkpoint() => Path.Combine(NetworkTrainer.FolderOf(training.Path!), "checkpoint.safetensors");
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_and_leaves_the_checkpoint()
    {
        using var tiny = new TinyTraining();
        var failure = Assert.Throws<ArithmeticException>(() =>
            TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, tiny.Training(("start", "1e9"), ("lr", "1000"))));

        Assert.Contains("became", failure.Message, StringComparison.Ordinal);
        Assert.Equal(tiny.Model.BaseHash, tiny.Model.Weights.Hash());
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_ends_the_training_with_one_sentence_and_it_goes_on_later()
    {
        using var tiny = new TinyTraining();
        var training = tiny.Training() with { Path = tiny.Folder.Beside("full.safetensors") };
        var checkpoint = Path.Combine(NetworkTrainer.FolderOf(training.Path!), "checkpoint.safetensors");
        Directory.CreateDirectory(Path.Combine(checkpoint, "in the way"));

        var failure = Refused(tiny, TinyTraining.Data, training);
        Directory.Delete(checkpoint, recursive: true);

        Assert.StartsWith($"Cannot write '{checkpoint}'", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(TinyTraining.Trainer.Train(tiny.Model, TinyTraining.Data, training).File);
    }

    [Fact]
    public void Nothing_to_resume_is_said()
    {
        using var tiny = new TinyTraining();

        Assert.Contains(
            "was to go on, and there is none in", Refused(tiny, TinyTraining.Data, tiny.Training() with { OnlyResume = true }).Message, StringComparison.Ordinal);
    }

    private static AmendException Refused(TinyTraining tiny, NetworkData data, NetworkTraining training) =>
        Assert.Throws<AmendException>(() => TinyTraining.Trainer.Train(tiny.Model, data, training));

    private sealed class StopAt(int step, CancellationTokenSource source) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                source.Cancel();
        }
    }

    private sealed class LiveTensors : IProgress<TrainingProgress>
    {
        public List<long> Counts { get; } = [];

        public void Report(TrainingProgress value) => Counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
