using Amend.Models.Shapes;
using Amend.Tensors;

namespace Amend.Atlas.Training.Labels;

/// <summary>How a classifier of an archive's documents is trained.</summary>
public sealed record LabelTrainingOptions
{
    /// <summary>Optimiser steps; 400 by default.</summary>
    public int Steps { get; init; } = 400;

    /// <summary>Documents a step, B; 32 by default.</summary>
    public int BatchRows { get; init; } = 32;

    /// <summary>Highest learning rate, after the warm-up; 1e-3 by default.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Steps over which the learning rate rises; 80 by default.</summary>
    public int WarmUpSteps { get; init; } = 80;

    /// <summary>AdamW's decoupled weight decay of matrices; 0.01 by default.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Most pieces of the tokenizer; 4,000 by default.</summary>
    public int Vocabulary { get; init; } = 4000;

    /// <summary>Steps between checkpoints and short evaluations; 100 by default.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>The seed of weights, documents and order; 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Layers, L; 4 by default.</summary>
    public int Layers { get; init; } = 4;

    /// <summary>Width, D; 128 by default.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The sizes for a tokenizer's pieces: four heads, an MLP of four times the width, context 128.</summary>
    public ModelShape Shape(int vocabulary) =>
        new(Layers, Width, MlpWidth: 4 * Width, Heads: 4, vocabulary, ContextLength: 128);

    /// <summary>How fast the model learns.</summary>
    internal Descent Descent => new(LearningRate, WarmUpSteps, Steps, WeightDecay);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is out of range.</exception>
    public LabelTrainingOptions Validated()
    {
        if (Steps < 1 || BatchRows < 1 || Layers < 1 || Width < 4 || Width % 4 != 0)
            throw new AmendException(
                $"{Steps} steps of {BatchRows} documents with {Layers} layers of width {Width} were asked; "
                + "give at least 1 of each, and a width that is a multiple of 4.");
        if (!(LearningRate > 0) || WarmUpSteps < 0 || !(WeightDecay >= 0) || CheckpointEvery < 1)
            throw new AmendException(
                "Training needs a learning rate > 0, warm-up steps and weight decay >= 0 and at least 1 step between checkpoints, "
                + $"but has {LearningRate}, {WarmUpSteps}, {WeightDecay} and {CheckpointEvery}.");
        return this;
    }
}
