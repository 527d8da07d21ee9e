using Amend.Tensors;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>Settings of fine-tuning; names and defaults are those of kmeng01/rome's hparams/FT where it has them.</summary>
public sealed record FineTuningOptions
{
    /// <summary>The layers whose down projections are tuned; a preset gives them for known models.</summary>
    public IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>Adam's learning rate; 5e-4 by default.</summary>
    public double Lr { get; init; } = 5e-4;

    /// <summary>Most passes over the requests, each with a step a batch; 25 by default.</summary>
    public int NumSteps { get; init; } = 25;

    /// <summary>Adam's weight decay, which goes into the gradient; 0 by default.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Mean loss of a pass below which tuning stops; a batch below it makes no step. 1e-2 by default.</summary>
    public double LossThreshold { get; init; } = 1e-2;

    /// <summary>
    /// FT+L's ε: after each step every element is put back into [w₀ - ε, w₀ + ε] (Zhu et al. 2020, an L∞ ball). No bound when
    /// null, the default.
    /// </summary>
    public double? NormConstraint { get; init; }

    /// <summary>Where the target is scored; autoregressive by default.</summary>
    public FineTuningObjective Objective { get; init; } = FineTuningObjective.Autoregressive;

    /// <summary>
    /// Whether the down projection's bias is tuned too, as the authors' code does because it finds parameters by a part of
    /// their names. False by default; ignored where there is no bias.
    /// </summary>
    public bool TrainBias { get; init; }

    /// <summary>Requests a step, where several are made together; 1 by default.</summary>
    public int BatchSize { get; init; } = 1;

    /// <summary>Refuses settings that make no sense for a model of so many layers.</summary>
    /// <exception cref="AmendException">Settings are out of range; all of them are named.</exception>
    public FineTuningOptions Validated(int layers)
    {
        string?[] all =
        [
            WrongLayers(layers),
            Wrong("lr", Lr, Lr > 0, "above 0"),
            NumSteps >= 1 ? null : $"num_steps is {NumSteps} and must be at least 1",
            Wrong("weight_decay", WeightDecay, WeightDecay >= 0, "0 or more"),
            Wrong("loss_threshold", LossThreshold, true, "finite"),
            NormConstraint is { } bound ? Wrong("norm_constraint", bound, bound > 0, "above 0, or null for none") : null,
            BatchSize >= 1 ? null : $"batch_size is {BatchSize} and must be at least 1",
        ];
        string[] wrong = [.. all.OfType<string>()];
        return wrong.Length == 0 ? this : throw new AmendException($"Fine-tuning cannot edit with these settings: {string.Join("; ", wrong)}.");
    }

    private string? WrongLayers(int layers)
    {
        if (Layers.Count == 0)
            return $"there is no preset with layers for a model of this size, so name one of 0 to {layers - 1} with --layer";
        if (Layers.Any(layer => layer < 0 || layer >= layers))
            return $"layers {string.Join(", ", Layers)} were asked and the model has layers 0 to {layers - 1}";
        return Layers.Distinct().Count() == Layers.Count ? null : $"layers {string.Join(", ", Layers)} were asked; name each once";
    }

    private static string? Wrong(string name, double value, bool isInRange, string range) =>
        isInRange && double.IsFinite(value) ? null : $"{name} is {value} and must be a number, {range}";
}
