using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors.Optimization;

namespace Amend.Atlas.Training;

/// <summary>
/// A model that learns from nothing by AdamW, whose decay is on matrices only and whose rate rises and then falls as a cosine. It owns the
/// model, and what learns with it and is not kept.
/// </summary>
internal abstract class ModelTrainee : ITrainee
{
    private const double Beta2 = 0.98;
    private const double LowestRateShare = 0.02;
    private readonly Func<LanguageModel, IReadOnlyDictionary<string, double>> _validate;
    private readonly AdamW _optimizer;

    /// <summary>Takes over a model with fresh weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="descent">The rates.</param>
    /// <param name="validate">Measures the model.</param>
    /// <param name="besides">Weights that learn with it and are not its own; null for none.</param>
    protected ModelTrainee(
        LanguageModel model,
        Descent descent,
        Func<LanguageModel, IReadOnlyDictionary<string, double>> validate,
        WeightTable? besides = null)
    {
        (Model, Besides, _validate) = (model, besides, validate);
        Tensors = [.. model.Weights.All.Concat(besides?.All ?? []).Select(weight => new NamedTensor(weight.Name, weight.Value))];
        _optimizer = new AdamW(
            Tensors, new AdamSettings { Beta2 = Beta2, WeightDecay = descent.WeightDecay }, tensor => tensor.Value.dim() > 1);
        Optimizers =
        [
            new ScheduledOptimizer(
                _optimizer, new WarmUpThenCosine(descent.LearningRate, descent.WarmUpSteps, descent.Steps, LowestRateShare)),
        ];
    }

    /// <summary>The model.</summary>
    public LanguageModel Model { get; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Tensors { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <summary>Weights that learn with the model and are not its own; null for none.</summary>
    protected WeightTable? Besides { get; }

    /// <inheritdoc/>
    public abstract IReadOnlyDictionary<string, double> Learn(int batch);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double> Validate(int stepsDone) => _validate(Model);

    /// <inheritdoc/>
    public void Dispose()
    {
        _optimizer.Dispose();
        Besides?.Dispose();
        Model.Dispose();
    }
}

/// <summary>How fast a model learns.</summary>
/// <param name="LearningRate">The highest rate, after the warm-up.</param>
/// <param name="WarmUpSteps">Steps over which it rises.</param>
/// <param name="Steps">Steps after which it is lowest.</param>
/// <param name="WeightDecay">AdamW's decoupled weight decay of matrices.</param>
internal sealed record Descent(double LearningRate, int WarmUpSteps, int Steps, double WeightDecay);
