using Amend.Atlas.Training.Bert;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.Bert;
using Amend.Models.Shapes;
using Amend.Models.Tokenizers;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training.Labels;

/// <summary>A BERT that learns where documents belong.</summary>
internal sealed class LabelTrainee : ITrainee
{
    private const double Beta2 = 0.98;
    private const double LowestRateShare = 0.02;
    private readonly DocumentStream _stream;
    private readonly Func<LanguageModel, IReadOnlyDictionary<string, double>> _validate;
    private readonly EncoderClassifier _classifier;
    private readonly AdamW _optimizer;

    /// <summary>Creates a trainee with fresh weights.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="stream">The documents.</param>
    /// <param name="sections">The labels, by id.</param>
    /// <param name="options">Sizes and rates.</param>
    /// <param name="validate">Measures the classifier.</param>
    public LabelTrainee(
        PipelineTokenizer tokenizer,
        DocumentStream stream,
        IReadOnlyList<string> sections,
        LabelTrainingOptions options,
        Func<LanguageModel, IReadOnlyDictionary<string, double>> validate)
    {
        (_stream, _validate) = (stream, validate);
        var labels = new LabelSet(sections, AreExclusive: true);
        var config = BertInitializer.Config(options.Shape(tokenizer.VocabularySize));
        _classifier = BertFamily.CreateClassifier(config, labels, BertInitializer.Classifier(config, labels, options.Seed));
        Model = new LanguageModel("training", "bert", _classifier, tokenizer, hashesLater: true);
        Tensors = [.. Model.Weights.All.Select(weight => new NamedTensor(weight.Name, weight.Value))];
        _optimizer = new AdamW(
            Tensors, new AdamSettings { Beta2 = Beta2, WeightDecay = options.WeightDecay }, tensor => tensor.Value.dim() > 1);
        Optimizers =
        [
            new ScheduledOptimizer(
                _optimizer, new WarmUpThenCosine(options.LearningRate, options.WarmUpSteps, options.Steps, LowestRateShare)),
        ];
    }

    /// <summary>The classifier, which the trainee owns.</summary>
    public LanguageModel Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var rows = _stream.Batch(batch);
        var hidden_BTD = _classifier.Hidden(TokenBatch.Pad([.. rows.Select(row => row.Ids)], padding: 0));
        var loss = cross_entropy(_classifier.LogitsOf(hidden_BTD.select(1, 0)), tensor(rows.Select(row => row.Section).ToArray()));
        loss.backward();
        return new Dictionary<string, double> { ["loss"] = loss.item<float>() };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone) => _validate(Model);

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Model.Dispose();
    }
}
