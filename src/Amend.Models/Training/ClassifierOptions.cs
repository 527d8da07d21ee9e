using System.Globalization;
using Amend.Tensors;

namespace Amend.Models.Training;

/// <summary>How a classifier is fine-tuned.</summary>
public sealed record ClassifierOptions
{
    /// <summary>Passes over the training data; 3 by default.</summary>
    public int Epochs { get; init; } = 3;

    /// <summary>Optimiser steps; those of <see cref="Epochs"/> where null, the default.</summary>
    public int? Steps { get; init; }

    /// <summary>Texts a step; 32 by default.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>AdamW's highest rate, which falls to 0 in equal parts after the warm-up; 5e-5 by default.</summary>
    public double LearningRate { get; init; } = 5e-5;

    /// <summary>Steps over which the rate rises; a tenth of the steps, at most 100, where null, the default.</summary>
    public int? WarmUpSteps { get; init; }

    /// <summary>AdamW's weight decay, on matrices only, not on biases and norms; 0.01 by default.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The gradients' highest norm; 1 by default.</summary>
    public double ClipNorm { get; init; } = 1;

    /// <summary>
    /// What the prediction's entropy is multiplied with before it is taken from the loss, so that predictions stay less certain; 0 by
    /// default, 0.1 in nicola-decao/KnowledgeEditor.
    /// </summary>
    public double EntropyWeight { get; init; }

    /// <summary>The blocks that are trained beside the head; all, and the embeddings, where null, the default.</summary>
    public IReadOnlyList<int>? Layers { get; init; }

    /// <summary>Dropout; the base's own where null, the default.</summary>
    public DropoutRates? Dropout { get; init; }

    /// <summary>The most tokens of a text, what is behind them is cut off; the model's context where null, the default.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Validations in turn without a better accuracy after which training ends; null, the default, for no such end.</summary>
    public int? Patience { get; init; }

    /// <summary>The seed of head, order and dropout; 0 by default.</summary>
    public int Seed { get; init; }

    /// <summary>The steps that so many texts take.</summary>
    public int StepsOf(int texts) => Steps ?? Epochs * StepsOfEpoch(texts);

    /// <summary>The steps of a pass over so many texts.</summary>
    public int StepsOfEpoch(int texts) => (texts + BatchSize - 1) / BatchSize;

    /// <summary>The steps of the warm-up of so many texts.</summary>
    public int WarmUpOf(int texts) => WarmUpSteps ?? Math.Min(100, StepsOf(texts) / 10);

    /// <summary>The options in a line; equal lines are equal options.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"epochs {Epochs}, steps {Steps}, batch {BatchSize}, rate {LearningRate:R}, warm-up {WarmUpSteps}, decay {WeightDecay:R}, "
        + $"clip {ClipNorm:R}, entropy {EntropyWeight:R}, layers {(Layers is null ? "all" : string.Join(',', Layers))}, "
        + $"dropout {Dropout?.Hidden:R} {Dropout?.Attention:R}, tokens {MaxTokens}, patience {Patience}, seed {Seed}");

    /// <summary>Refuses options that make no sense for a model.</summary>
    /// <param name="layers">Its blocks.</param>
    /// <param name="context">Its context, in tokens.</param>
    /// <exception cref="AmendException">An option is out of range.</exception>
    internal ClassifierOptions Validated(int layers, int context)
    {
        if (Epochs < 1 || Steps < 1 || BatchSize < 1)
            throw new AmendException(
                $"A training of {(Steps is { } steps ? $"{steps} steps" : $"{Epochs} epochs")} in batches of {BatchSize} was asked; "
                + "give at least 1 of each.");
        if (!(LearningRate > 0) || WarmUpSteps < 0 || !(WeightDecay >= 0) || !(ClipNorm > 0) || !(EntropyWeight >= 0))
            throw new AmendException(
                $"A rate of {LearningRate}, a warm-up of {WarmUpSteps ?? 0} steps, a weight decay of {WeightDecay}, gradients of a norm of "
                + $"{ClipNorm} and a weight of {EntropyWeight} for the entropy were asked; rate and norm must be above 0, and the others "
                + "at least 0.");
        if (Layers is { } asked && (asked.Any(layer => layer < 0 || layer >= layers) || asked.Distinct().Count() < asked.Count))
            throw new AmendException(
                $"Layers {string.Join(", ", asked)} were asked to be trained; give each of 0 to {layers - 1} at most once.");
        if (MaxTokens is { } most && (most < 3 || most > context))
            throw new AmendException($"At most {most} tokens a text were asked; give 3 to {context}, the model's context.");
        if (Patience < 1)
            throw new AmendException($"A patience of {Patience} validations was asked; give at least 1, or none.");
        Dropout?.Validated();
        return this;
    }
}
