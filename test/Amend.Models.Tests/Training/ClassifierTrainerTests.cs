using System.Text.Json;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Training;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Models.Tests.Training;

[NoTensorLeaks]
public sealed class ClassifierTrainerTests : IDisposable
{
    private static readonly ClassifierData Data = new(["REFUTES", "SUPPORTS"], Examples(64, seed: 1), Examples(40, seed: 2))
    {
        Origin = "claims about ships", Notes = ["3 texts come again and were left out."],
    };

    private static readonly ClassifierOptions Quick = new() { Steps = 60, BatchSize = 16, LearningRate = 5e-3, WarmUpSteps = 5 };

    private readonly TempFolder _folder = new();
    private readonly string _base;

    public ClassifierTrainerTests() => _base = TinyBert.WriteBase(_folder.File("base"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_base_learns_its_labels_and_is_written_as_a_model_that_gives_them()
    {
        var trained = Train("out", Quick);

        using var model = LanguageModel.Load(_folder.File("out"));
        Assert.True(trained.Validation!.Accuracy >= 0.9, $"{trained.Validation.Accuracy}");
        Assert.Equal(40, trained.Validation.Total);
        Assert.Equal("BertForSequenceClassification", model.Transformer.Architecture);
        Assert.Equal(Data.Labels, ((EncoderClassifier)model.Transformer).Labels.Names);
        var labels = new TextClassifier(model).Classify([.. Data.Validation.Select(example => example.Text)]).Select(said => said[0].Id);
        Assert.Equal(trained.Validation.Accuracy, labels.Zip(Data.Validation, (id, example) => id == example.Label ? 1.0 : 0).Average());
    }

    [Fact]
    public void The_folder_has_what_transformers_looks_for_and_nothing_of_the_training_but_its_curve_and_card()
    {
        Train("out", Quick with { Steps = 4 });

        Assert.Equal(
            ["MODEL_CARD.md", "config.json", "model.safetensors", "training-curve.jsonl", "vocab.txt"],
            Directory.GetFileSystemEntries(_folder.File("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        using var config = JsonDocument.Parse(File.ReadAllText(_folder.File("out/config.json")));
        Assert.Equal("SUPPORTS", config.RootElement.GetProperty("id2label").GetProperty("1").GetString());
        Assert.Equal(0, config.RootElement.GetProperty("label2id").GetProperty("REFUTES").GetInt32());
        Assert.Equal("BertForSequenceClassification", config.RootElement.GetProperty("architectures")[0].GetString());
        using var weights = SafeTensorsFile.Open(_folder.File("out/model.safetensors"));
        Assert.All(
            [
                "bert.embeddings.word_embeddings.weight", "bert.encoder.layer.1.output.LayerNorm.bias", "bert.pooler.dense.weight",
                "classifier.bias",
            ],
            name => Assert.True(weights.Contains(name), name));
        Assert.Equal("pt", weights.Metadata["format"]);
    }

    [Fact]
    public void The_card_tells_data_settings_and_figures()
    {
        var trained = Train("out", Quick with { Steps = 8, EntropyWeight = 0.1, Layers = [1] });

        var card = File.ReadAllText(_folder.File("out/MODEL_CARD.md"));
        Assert.Contains("claims about ships: 64 texts to learn from, 40 to validate on", card);
        Assert.Contains("3 texts come again", card);
        Assert.Contains("rate 0.005, 5 steps of warm-up", card);
        Assert.Contains("dropout 0.1 (attention 0.1)", card);
        Assert.Contains("minus 0.1 x entropy", card);
        Assert.Contains("Trained: the head and layers 1", card);
        Assert.Contains($"the weights are those of step {trained.Curve.BestStep}", card);
        Assert.Contains($"| SUPPORTS | {trained.Validation!.CountOf(1)} |", card);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void A_training_that_is_killed_and_resumed_gives_the_weights_of_one_that_was_not(int killedAfter)
    {
        var options = Quick with { Steps = 10 };
        Train("whole", options);

        Assert.Throws<IOException>(() => Train("killed", options, new Killer(killedAfter)));
        Assert.False(File.Exists(_folder.File("killed/model.safetensors")));
        Train("killed", options);

        Assert.Equal(HashOf("whole"), HashOf("killed"));
    }

    [Fact]
    public void A_training_that_is_stopped_goes_on_where_it_was()
    {
        var options = Quick with { Steps = 10 };
        using var stop = new CancellationTokenSource();
        Train("whole", options);

        var stopped = Train("stopped", options, new Stopper(6, stop), stop.Token);
        var resumed = Train("stopped", options);

        Assert.Null(stopped.Validation);
        Assert.Equal(6, stopped.Curve.Steps);
        Assert.Equal(10, resumed.Curve.Steps);
        Assert.Equal(HashOf("whole"), HashOf("stopped"));
    }

    [Fact]
    public void Only_the_layers_that_are_asked_for_and_the_head_are_trained()
    {
        using var scope = NewDisposeScope();
        Train("out", Quick with { Steps = 4, Layers = [1] });

        using var model = LanguageModel.Load(_base, Loading);
        using var trained = LanguageModel.Load(_folder.File("out"));
        var changed = model.Weights.All
            .Where(weight => weight.Value.ne(trained.Weights[weight.Name].Value).any().item<bool>()).Select(weight => weight.Name).ToList();
        Assert.All(
            model.Weights.All.Select(weight => weight.Name),
            name => Assert.Equal(!name.Contains("embeddings") && !name.Contains("layer.0"), changed.Contains(name)));
    }

    [Fact]
    public void The_number_of_live_tensors_is_flat()
    {
        var counts = new List<long>();

        Train("out", Quick with { Steps = 40 }, new Counter(counts));

        // The gradients are there after the first step and the moments from the beginning.
        Assert.Equal(40, counts.Count);
        Assert.Single(counts.Skip(1).Distinct());
    }

    [Fact]
    public void Entropy_in_the_loss_keeps_predictions_less_certain()
    {
        var certain = Quick with { Dropout = new DropoutRates(0, 0) };
        var (plain, uncertain) = (Train("plain", certain), Train("uncertain", certain with { EntropyWeight = 0.5 }));

        double Entropy(TrainedClassifier trained) => trained.Curve.Points[^1].Training["entropy"];
        Assert.True(Entropy(uncertain) > 2 * Entropy(plain), $"{Entropy(uncertain)} and {Entropy(plain)}");
    }

    [Fact]
    public void Texts_that_are_longer_than_is_read_are_cut_off_and_counted()
    {
        var trained = Train("out", Quick with { Steps = 2, MaxTokens = 6 });

        Assert.Equal(Data.Train.Concat(Data.Validation).Count(example => example.Text.Split(' ').Length > 4), trained.Cut);
        Assert.Contains($"{trained.Cut} texts were longer", File.ReadAllText(_folder.File("out/MODEL_CARD.md")));
    }

    public static TheoryData<string, ClassifierOptions> WrongOptions => new()
    {
        { "0 steps", Quick with { Steps = 0 } },
        { "batches of 0", Quick with { BatchSize = 0 } },
        { "rate of 0", Quick with { LearningRate = 0 } },
        { "decay of -1", Quick with { WeightDecay = -1 } },
        { "Layers 1, 2 were asked to be trained; give each of 0 to 1", Quick with { Layers = [1, 2] } },
        { "Layers 1, 1", Quick with { Layers = [1, 1] } },
        { "At most 25 tokens a text were asked; give 3 to 24", Quick with { MaxTokens = 25 } },
        { "patience of 0", Quick with { Patience = 0 } },
        { "Dropout of 1", Quick with { Dropout = new DropoutRates(1, 0) } },
    };

    [Theory]
    [MemberData(nameof(WrongOptions))]
    public void Options_that_make_no_sense_are_refused_before_anything_is_written(string said, ClassifierOptions options)
    {
        Assert.Contains(said, Assert.Throws<AmendException>(() => Train("out", options)).Message);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    public static TheoryData<string, ClassifierData> WrongData => new()
    {
        { "1 label (A)", new(["A"], [new("red", 0)], [new("blue", 0)]) },
        { "64 texts to learn from and 0 to validate on", Data with { Validation = [] } },
        { "0 texts to learn from and 40", Data with { Train = [] } },
        { "has the label 'MAYBE' (2)", Data with { Labels = [.. Data.Labels, "MAYBE"] } },
    };

    [Theory]
    [MemberData(nameof(WrongData))]
    public void Data_from_which_nothing_can_be_learned_is_refused(string said, ClassifierData data) =>
        Assert.Contains(said, Assert.Throws<AmendException>(() => new ClassifierTrainer(data, Quick)).Message);

    [Fact]
    public void A_folder_that_holds_something_else_is_refused_and_stays()
    {
        var folder = Directory.CreateDirectory(_folder.File("out")).FullName;
        File.WriteAllText(Path.Combine(folder, "config.json"), "{}");
        File.WriteAllText(_folder.File("file"), "a text");

        Assert.Contains("holds 'config.json'", Assert.Throws<AmendException>(() => Train("out", Quick)).Message);
        Assert.Contains("is a file", Assert.Throws<AmendException>(() => Train("file", Quick)).Message);
        Assert.Equal([Path.Combine(folder, "config.json")], Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public void A_training_with_other_options_or_data_is_refused_and_its_checkpoint_stays()
    {
        using var stop = new CancellationTokenSource();
        Train("out", Quick with { Steps = 10 }, new Stopper(6, stop), stop.Token);
        var checkpoint = File.ReadAllBytes(_folder.File("out/.training/checkpoint.safetensors"));

        string Message(int seed, ClassifierData data) =>
            Assert.Throws<AmendException>(() => Train("out", Quick with { Steps = 10, Seed = seed }, data: data)).Message;
        Assert.Contains("another training", Message(7, Data));
        Assert.Contains("another training", Message(0, Data with { Train = [.. Data.Train.Skip(1)] }));
        Assert.Equal(checkpoint, File.ReadAllBytes(_folder.File("out/.training/checkpoint.safetensors")));
    }

    [Fact]
    public void A_loss_that_is_no_number_ends_the_training_and_writes_no_model()
    {
        var wild = Quick with { LearningRate = 1e30, ClipNorm = 1e30, WarmUpSteps = 0 };

        var error = Assert.Throws<ArithmeticException>(() => Train("out", wild));

        Assert.Contains("learning rate", error.Message);
        Assert.False(File.Exists(_folder.File("out/model.safetensors")));
    }

    [Fact]
    public void A_base_of_half_precision_or_with_other_labels_is_refused()
    {
        using var half = LanguageModel.Load(_base, Loading with { DType = ScalarType.BFloat16 });
        using var other = LanguageModel.Load(_base, new LoadOptions { NewHead = new(new LabelSet(["no", "yes"], true), 0) });

        string Message<T>(LanguageModel model)
            where T : Exception =>
            Assert.Throws<T>(() => new ClassifierTrainer(Data, Quick).Train(model, _folder.File("out"), stop: Token)).Message;
        Assert.Contains("float32", Message<AmendException>(half));
        Assert.Contains("SUPPORTS", Message<ArgumentException>(other));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static LoadOptions Loading => new() { NewHead = new ClassifierTrainer(Data, Quick).Head };

    private static TextExample[] Examples(int count, int seed) =>
        [.. TinyBert.Claims(count, seed).Select(claim => new TextExample(claim.Text, claim.Label))];

    private TrainedClassifier Train(
        string name,
        ClassifierOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken? stop = null,
        ClassifierData? data = null)
    {
        var trainer = new ClassifierTrainer(data ?? Data, options);
        using var model = LanguageModel.Load(_base, new LoadOptions { NewHead = trainer.Head });
        return trainer.Train(model, _folder.File(name), progress, stop ?? Token);
    }

    private string HashOf(string name)
    {
        using var model = LanguageModel.Load(_folder.File(name));
        return model.BaseHash;
    }

    private sealed class Killer(int step) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                throw new IOException("killed");
        }
    }

    private sealed class Counter(List<long> counts) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => counts.Add(TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private sealed class Stopper(int step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                stop.Cancel();
        }
    }
}
