using Amend.Models.Families;
using Amend.Models.Passes;
using Amend.Models.Shapes;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;

namespace Amend.Models.Training;

/// <summary>
/// A classifier that learns to put texts under their labels: cross-entropy, less a share of the predictions' entropy, AdamW. The model
/// stays its owner's; its trained weights ask for gradients until the trainee is disposed.
/// </summary>
internal sealed class ClassifierTrainee : ITrainee
{
    /// <summary>The figure of validation that is watched.</summary>
    public const string Accuracy = "accuracy";

    private const ulong SeedStride = 1UL << 32;
    private readonly LanguageModel _model;
    private readonly EncoderClassifier _classifier;
    private readonly ClassifierOptions _options;
    private readonly DropoutRates _dropout;
    private readonly TokenizedExamples _train;
    private readonly ShuffledBatches _batches;

    /// <summary>Creates the trainee.</summary>
    /// <param name="model">A classifier with the data's labels.</param>
    /// <param name="data">What it learns from and is judged by.</param>
    /// <param name="options">How; checked before.</param>
    /// <param name="dropout">What is dropped.</param>
    /// <exception cref="Tensors.AmendException">A text cannot be tokenized.</exception>
    public ClassifierTrainee(LanguageModel model, ClassifierData data, ClassifierOptions options, DropoutRates dropout)
    {
        (_model, _classifier, _options, _dropout) = (model, (EncoderClassifier)model.Transformer, options, dropout);
        var most = options.MaxTokens ?? model.Shape.ContextLength;
        _train = TokenizedExamples.Of(model, data.Train, most);
        Validation = TokenizedExamples.Of(model, data.Validation, most);
        _batches = new ShuffledBatches(data.Train.Count, options.BatchSize, options.Seed);
        Tensors = [.. Trained().Select(weight => new NamedTensor(weight.Name, weight.Value.requires_grad_(true)))];
        var rate = new WarmUpThenLinear(options.LearningRate, options.WarmUpOf(data.Train.Count), options.StepsOf(data.Train.Count));
        var settings = new AdamSettings { WeightDecay = options.WeightDecay };
        Optimizers = [new(new AdamW(Tensors, settings, tensor => tensor.Value.dim() > 1), rate)];
    }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <summary>What it is judged by.</summary>
    public TokenizedExamples Validation { get; }

    /// <summary>How many texts were longer than is read and are cut off.</summary>
    public int Cut => _train.Cut + Validation.Cut;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var (texts, labels) = _train.At(_batches.Of(batch));
        using var generator = new Generator((ulong)(uint)_options.Seed * SeedStride + (ulong)batch, _model.Device);
        using var dropout = new EncoderDropout(_model.Weights.Taps, _dropout, generator);
        var log_BC = _classifier.Labels.LogProbabilities(Logits(TokenBatch.Pad(texts, padding: 0, _model.Device), dropout));
        var labels_B = tensor(labels, device: _model.Device);
        var loss = nn.functional.nll_loss(log_BC, labels_B);
        var entropy = (log_BC.exp() * log_BC).sum(1).mean().neg();
        (loss - entropy * _options.EntropyWeight).backward();
        return new Dictionary<string, double>
        {
            ["loss"] = loss.item<float>(),
            ["entropy"] = entropy.item<float>(),
            [Accuracy] = log_BC.argmax(1).eq(labels_B).to(float32).mean().item<float>(),
        };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        var (matrix, loss) = Validation.Judge(_model);
        return new Dictionary<string, double> { ["loss"] = loss, [Accuracy] = matrix.Accuracy };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var optimizer in Optimizers)
            optimizer.Optimizer.Dispose();
        foreach (var tensor in Tensors)
        {
            tensor.Value.grad = null;
            tensor.Value.requires_grad_(false);
        }
    }

    private IEnumerable<ModelWeight> Trained()
    {
        if (_options.Layers is not { } layers)
            return _model.Weights.All;
        HashSet<string> names =
        [
            .. _classifier.Head.ParameterNames,
            .. layers.SelectMany(layer => _classifier.Encoder.Parameters(layer)).Select(weight => weight.Name),
        ];
        return _model.Weights.All.Where(weight => names.Contains(weight.Name));
    }

    private Tensor Logits(TokenBatch batch, EncoderDropout dropout)
    {
        var pass = dropout.DropWeights(AttentionScope.Bidirectional(batch.Mask));
        var embedded_BTD = dropout.DropState(_classifier.Encoder.Embed(batch.Ids, pass.Positions));
        var hidden_BTD = _classifier.Encoder.Finish(_classifier.Encoder.Blocks(embedded_BTD, pass));
        var pooled_BD = _classifier.Head.Pool(_classifier.StatesOfTexts(hidden_BTD, batch));
        return _classifier.Head.Out.Apply(dropout.DropState(pooled_BD));
    }
}
