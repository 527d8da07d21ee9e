using Amend.Atlas.Training.Experts;
using Amend.Models;
using Amend.Models.Passes;
using Amend.Tensors.Optimization;
using Amend.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace Amend.Atlas.Training;

/// <summary>An atlas GPT that learns from its stream of rows; the model stays its owner's.</summary>
internal sealed class GptTrainee : ITrainee
{
    private const double Beta2 = 0.98;
    private const int SampledFacts = 400;
    private readonly LanguageModel _model;
    private readonly TrainingStream _stream;
    private readonly RecallEvaluator _evaluator;
    private readonly TrainingOptions _options;
    private int _drawn;

    /// <summary>Creates the trainee with AdamW, whose decay is on matrices only.</summary>
    public GptTrainee(
        LanguageModel model, TrainingStream stream, RecallEvaluator evaluator, RateSchedule rates, TrainingOptions options)
    {
        (_model, _stream, _evaluator, _options) = (model, stream, evaluator, options);
        Tensors = [.. model.Weights.All.Select(weight => new NamedTensor(weight.Name, weight.Value))];
        var settings = new AdamSettings { Beta2 = Beta2, WeightDecay = options.WeightDecay };
        Optimizers = [new(new AdamW(Tensors, settings, tensor => tensor.Value.dim() > 1), rates)];
    }

    /// <summary>The experts of each block; null, the default, where there are none.</summary>
    public MixtureOptions? Mixture { get; init; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Learn(int batch)
    {
        using var scope = NewDisposeScope();
        var rows = Rows(batch);
        var tokens = _options.RowTokens;
        var ids_BT = tensor(rows.SelectMany(r => r.Ids.Take(tokens)).Select(id => (long)id).ToArray(), rows.Length, tokens);
        var targets = tensor(rows.SelectMany(r => r.Ids.Skip(1)).Select(id => (long)id).ToArray());
        var weights = tensor(rows.SelectMany(r => r.IsObject.Skip(1)).Select(o => o ? 1f : (float)_options.OtherTokenWeight).ToArray());
        var offset = StableRandom.For(_options.Seed, $"offset\t{batch}").Next(_options.Shape.ContextLength - tokens + 1);
        var positions = arange(offset, offset + tokens, dtype: ScalarType.Int64).unsqueeze(0);
        var mask = new LocalityMask(rows, tokens);
        using var balance = Mixture is null ? null : new ExpertBalance(_model);
        var decoder = _model.RequireDecoder("The training");
        var hidden = decoder.Blocks(decoder.Embed(ids_BT, positions), AttentionScope.ByLayer(positions, mask.OfLayer));
        var logits = decoder.Unembed(hidden).view(-1, _options.Vocabulary);
        var loss = (cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum() / weights.sum();
        if (balance is null)
        {
            loss.backward();
            return new Dictionary<string, double> { ["loss"] = loss.item<float>() };
        }

        var imbalance = balance.Loss();
        (loss + imbalance * Mixture!.BalanceWeight).backward();
        return new Dictionary<string, double>
        {
            ["loss"] = loss.item<float>(), ["imbalance"] = imbalance.item<float>(), ["least_share"] = balance.LeastShare,
        };
    }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone)
    {
        var (trained, heldOut) = _evaluator.Sample(SampledFacts);
        return new Dictionary<string, double> { ["recall_trained"] = trained.Percent, ["recall_held_out"] = heldOut.Percent };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var optimizer in Optimizers)
            optimizer.Optimizer.Dispose();
    }

    /// <summary>The rows of a batch; those of batches before it are passed over where they were not drawn here.</summary>
    private TrainingRow[] Rows(int batch)
    {
        for (; _drawn < batch * _options.BatchRows; _drawn++)
            _stream.Next();
        _drawn += _options.BatchRows;
        return [.. Enumerable.Range(0, _options.BatchRows).Select(_ => _stream.Next())];
    }
}
