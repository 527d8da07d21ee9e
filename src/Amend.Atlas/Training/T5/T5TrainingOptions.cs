using Amend.Models.Families.T5;
using Amend.Models.Shapes;
using Amend.Tensors;

namespace Amend.Atlas.Training.T5;

/// <summary>How an atlas T5 is trained.</summary>
public sealed record T5TrainingOptions
{
    private const int Heads = 4;

    /// <summary>Optimiser steps; 4,000 by default.</summary>
    public int Steps { get; init; } = 4000;

    /// <summary>Questions a step, B; 64 by default.</summary>
    public int BatchRows { get; init; } = 64;

    /// <summary>Highest learning rate, after the warm-up; 2e-3 by default.</summary>
    public double LearningRate { get; init; } = 2e-3;

    /// <summary>Steps over which the learning rate rises; 150 by default.</summary>
    public int WarmUpSteps { get; init; } = 150;

    /// <summary>AdamW's decoupled weight decay of matrices; 0.01 by default.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>Most pieces of the tokenizer; 4,000 by default.</summary>
    public int Vocabulary { get; init; } = 4000;

    /// <summary>Steps between checkpoints and short evaluations; 250 by default.</summary>
    public int CheckpointEvery { get; init; } = 250;

    /// <summary>The seed of weights, untold facts, held-out wordings and order; 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Layers of each stack, L; 3 by default.</summary>
    public int Layers { get; init; } = 3;

    /// <summary>Width, D; 128 by default.</summary>
    public int Width { get; init; } = 128;

    /// <summary>The configuration for a tokenizer's pieces: T5 1.0 with four heads, an MLP of four times the width, context 128.</summary>
    public T5Config Config(int vocabulary)
    {
        var shape = new ModelShape(Layers, Width, MlpWidth: 4 * Width, Heads, vocabulary, ContextLength: 128);
        return new T5Config(shape, shape, Width / Heads, 32, 128, 1e-6, "relu", IsGated: false, TieWordEmbeddings: true);
    }

    /// <summary>How fast the model learns.</summary>
    internal Descent Descent => new(LearningRate, WarmUpSteps, Steps, WeightDecay);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is out of range.</exception>
    public T5TrainingOptions Validated()
    {
        if (Steps < 1 || BatchRows < 1 || Layers < 1 || Width < Heads || Width % Heads != 0)
            throw new AmendException(
                $"{Steps} steps of {BatchRows} questions with {Layers} layers of width {Width} were asked; "
                + $"give at least 1 of each, and a width that is a multiple of {Heads}.");
        if (!(LearningRate > 0) || WarmUpSteps < 0 || !(WeightDecay >= 0) || CheckpointEvery < 1)
            throw new AmendException(
                "Training needs a learning rate > 0, warm-up steps and weight decay >= 0 and at least 1 step between checkpoints, "
                + $"but has {LearningRate}, {WarmUpSteps}, {WeightDecay} and {CheckpointEvery}.");
        return this;
    }
}
