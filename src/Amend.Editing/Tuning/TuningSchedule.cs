using Amend.Tensors.Optimization;

namespace Amend.Editing.Tuning;

/// <summary>How long and how fast weights are tuned.</summary>
/// <param name="Lr">The learning rate.</param>
/// <param name="NumSteps">Most passes over the requests.</param>
/// <param name="WeightDecay">Weight decay, which goes into the gradient.</param>
/// <param name="LossThreshold">Mean loss of a pass below which tuning stops; a batch below it makes no step.</param>
internal sealed record TuningSchedule(double Lr, int NumSteps, double WeightDecay, double LossThreshold)
{
    /// <summary>What moves the weights; Adam by default.</summary>
    public TuningOptimizer Optimizer { get; init; }

    /// <summary>When tuning stops; at the loss threshold by default.</summary>
    public TuningStop Stop { get; init; }

    /// <summary>The optimiser of tensors; the caller disposes.</summary>
    public Optimizer Create(IReadOnlyList<NamedTensor> tensors) => Optimizer == TuningOptimizer.Rmsprop
        ? new RmsProp(tensors, new RmsPropSettings { WeightDecay = WeightDecay })
        : new Adam(tensors, new AdamSettings { WeightDecay = WeightDecay });
}

/// <summary>What moves weights that are tuned, with PyTorch's constants.</summary>
public enum TuningOptimizer
{
    /// <summary>Adam (Kingma and Ba 2015).</summary>
    Adam,

    /// <summary>RMSprop, not centred (De Cao et al. 2021).</summary>
    Rmsprop,
}

/// <summary>When the tuning of weights stops before its last step.</summary>
public enum TuningStop
{
    /// <summary>Where the loss falls below its threshold.</summary>
    Loss,

    /// <summary>Where every target is what the model predicts, token by token.</summary>
    Prediction,
}
