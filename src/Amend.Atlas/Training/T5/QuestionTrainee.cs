using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Families.T5;
using Amend.Models.Tokenizers;
using Amend.Tensors.Optimization;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training.T5;

/// <summary>A T5 that learns to answer questions from its stream of them.</summary>
internal sealed class QuestionTrainee : ITrainee
{
    private const double Beta2 = 0.98;
    private const double LowestRateShare = 0.02;
    private readonly QuestionStream _stream;
    private readonly Func<LanguageModel, IReadOnlyDictionary<string, double>> _validate;
    private readonly AnswerPass _pass;
    private readonly AdamW _optimizer;

    /// <summary>Creates a trainee with fresh weights.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="stream">The questions.</param>
    /// <param name="options">Sizes and rates.</param>
    /// <param name="validate">Measures the model.</param>
    public QuestionTrainee(
        PipelineTokenizer tokenizer,
        QuestionStream stream,
        T5TrainingOptions options,
        Func<LanguageModel, IReadOnlyDictionary<string, double>> validate)
    {
        (_stream, _validate) = (stream, validate);
        Config = options.Config(tokenizer.VocabularySize);
        var transformer = T5Family.Create(
            T5Family.ForGeneration, Config, T5Initializer.Make(Config, options.Seed), new OutputMarks(0, null, tokenizer.EndOfText));
        Model = new LanguageModel("training", T5Family.Name, transformer, tokenizer, hashesLater: true);
        _pass = new AnswerPass(transformer);
        Tensors = [.. Model.Weights.All.Select(weight => new NamedTensor(weight.Name, weight.Value))];
        _optimizer = new AdamW(
            Tensors, new AdamSettings { Beta2 = Beta2, WeightDecay = options.WeightDecay }, tensor => tensor.Value.dim() > 1);
        Optimizers =
        [
            new ScheduledOptimizer(
                _optimizer, new WarmUpThenCosine(options.LearningRate, options.WarmUpSteps, options.Steps, LowestRateShare)),
        ];
    }

    /// <summary>The model's configuration.</summary>
    public T5Config Config { get; }

    /// <summary>The model, which the trainee owns.</summary>
    public LanguageModel Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var (logits, ids) = _pass.Run(_stream.Batch(batch));
        var loss = cross_entropy(logits, ids);
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
