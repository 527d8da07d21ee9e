using Amend.Models.Shapes;
using Amend.Tensors;

namespace Amend.Atlas.Training.Bert;

/// <summary>How an atlas BERT is trained.</summary>
public sealed record BertTrainingOptions
{
    /// <summary>Optimiser steps; 4,000 by default.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Claims a step, B; 64 by default.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>Highest learning rate, after the warm-up; 2e-3 by default.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps over which the learning rate rises; 150 by default.</summary>
    public int WarmUpSteps { get; init; } = 150;

    /// <summary>AdamW's decoupled weight decay of matrices; 0.01 by default.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>
    /// The share of the claims whose object is masked (Devlin et al. 2019, section 3.1); the others, half of them true, are to be judged.
    /// In all, the true object is to be filled in. 0.3 by default.
    /// </summary>
    public double MaskedShare { get; init; } = 0.3;

    /// <summary>
    /// How much of the judgement's entropy is taken off the loss, so that no claim is judged with boundless confidence; 0.3 by default.
    /// The loss of a claim that is judged rightly with probability p is least where p times the weight times the logit is 1: De Cao et al.
    /// 2021 take 0.1, and a classifier that knows all of its claims then has logits of 8 to 10, from which a small edit does not move it.
    /// </summary>
    public double EntropyWeight { get; init; } = 0.3;

    /// <summary>Most pieces of the tokenizer; 6,000 by default, with which most names are whole pieces.</summary>
    public int Vocabulary { get; init; } = 6000;

    /// <summary>Steps between checkpoints and short evaluations; 200 by default.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>The seed of weights, held-out forms and order; 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Layers, L; 4 by default.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Width, D; 128 by default.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The sizes for a tokenizer's pieces: four heads, an MLP of four times the width, context 64.</summary>
    public ModelShape Shape(int vocabulary) =>
        new(Layers, Width, MlpWidth: 4 * Width, Heads: 4, vocabulary, ContextLength: 64);

    /// <summary>How fast the model learns.</summary>
    internal Descent Descent => new(LearningRate, WarmUpSteps, Steps, WeightDecay);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is out of range.</exception>
    public BertTrainingOptions Validated()
    {
        if (Steps < 1 || BatchRows < 1 || Layers < 1 || Width < 4 || Width % 4 != 0)
            throw new AmendException(
                $"{Steps} steps of {BatchRows} claims with {Layers} layers of width {Width} were asked; "
                + "give at least 1 of each, and a width that is a multiple of 4.");
        if (!(LearningRate > 0) || WarmUpSteps < 0 || !(WeightDecay >= 0) || CheckpointEvery < 1)
            throw new AmendException(
                "Training needs a learning rate > 0, warm-up steps and weight decay >= 0 and at least 1 step between checkpoints, "
                + $"but has {LearningRate}, {WarmUpSteps}, {WeightDecay} and {CheckpointEvery}.");
        if (MaskedShare is not (>= 0 and < 1))
            throw new AmendException($"A share of {MaskedShare} masked claims was asked; give at least 0 and less than 1.");
        if (!(EntropyWeight >= 0))
            throw new AmendException($"An entropy weight of {EntropyWeight} was asked; give 0 or more.");
        return this;
    }
}
