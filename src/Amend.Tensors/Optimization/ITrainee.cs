namespace Amend.Tensors.Optimization;

/// <summary>What a training trains, with its data. It owns its optimisers; a model that it trains may be another's.</summary>
public interface ITrainee : IDisposable
{
    /// <summary>All that a checkpoint holds besides the optimisers' state: weights, running moments, multipliers, margins.</summary>
    IReadOnlyList<NamedTensor> Tensors { get; }

    /// <summary>The optimisers, in a fixed order; each moves tensors of its own.</summary>
    IReadOnlyList<ScheduledOptimizer> Optimizers { get; }

    /// <summary>
    /// Forward and backward of one batch, whose gradients it adds to what the tensors have; it changes no weight. The batch's data must
    /// follow from the seed and its number alone, so that a resumed training draws what the whole one draws.
    /// </summary>
    /// <param name="batch">The batch's number, counted from 0; a step has <see cref="TrainingPlan.Accumulate"/> of them.</param>
    /// <returns>Figures such as the loss, the same names each time, all finite.</returns>
    IReadOnlyDictionary<string, double> Learn(int batch);

    /// <summary>Measures on held-out data; it may change state that <see cref="Tensors"/> holds, such as margins.</summary>
    /// <param name="stepsDone">Steps done.</param>
    /// <returns>Figures, all finite; empty where nothing is validated.</returns>
    IReadOnlyDictionary<string, double> Validate(int stepsDone);
}
