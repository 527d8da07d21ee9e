using Amend.Models.Shapes;
using Amend.Tensors;

namespace Amend.Atlas.Training;

/// <summary>How an atlas GPT is trained.</summary>
public sealed record TrainingOptions
{
    /// <summary>Optimiser steps; 5,200 by default.</summary>
    public int Steps { get; init; } = 5200;

    /// <summary>
    /// Steps of the first cosine, in which every row begins with the end-of-text token; 4,000 by default. What remains is a
    /// second cosine from a lower rate (Loshchilov and Hutter 2017), in which half of the rows begin bare, as prompts do.
    /// </summary>
    public int FirstCycleSteps { get; init; } = 4000;

    /// <summary>Highest learning rate of the second cosine, relative to the first; 0.4 by default.</summary>
    public double SecondCycleRate { get; init; } = 0.4;

    /// <summary>Rows a step, B; 24 by default.</summary>
    public int BatchRows { get; init; } = 24;

    /// <summary>Tokens a row, T; 64 by default.</summary>
    public int RowTokens { get; init; } = 64;

    /// <summary>Highest learning rate, after the warm-up; 1.5e-3 by default.</summary>
    public double LearningRate { get; init; } = 1.5e-3;

    /// <summary>Steps over which the learning rate rises; 100 by default.</summary>
    public int WarmUpSteps { get; init; } = 100;

    /// <summary>AdamW's decoupled weight decay; 0.05 by default.</summary>
    public double WeightDecay { get; init; } = 0.05;

    /// <summary>
    /// The share of rows in which tokens after a subject see it only through its last token, from layer 3 on; 0.8 by default.
    /// </summary>
    public double LocalShare { get; init; } = 0.8;

    /// <summary>Weight in the loss of tokens that are no object's; objects weigh 1. 0.3 by default.</summary>
    public double OtherTokenWeight { get; init; } = 0.3;

    /// <summary>Pieces of the tokenizer; 3,300 by default.</summary>
    public int Vocabulary { get; init; } = 3300;

    /// <summary>Steps between checkpoints and short evaluations; 200 by default.</summary>
    public int CheckpointEvery { get; init; } = 200;

    /// <summary>The seed of weights, held-out phrasings and order; 1 by default.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Sizes: 6 layers, width 256, 4 heads, context 128.</summary>
    public ModelShape Shape => new(Layers: 6, Width: 256, MlpWidth: 1024, Heads: 4, Vocabulary, ContextLength: 128);

    /// <summary>Refuses settings that make no sense.</summary>
    /// <exception cref="AmendException">A setting is out of range.</exception>
    public TrainingOptions Validated()
    {
        if (Steps < 1 || BatchRows < 1 || RowTokens < 2 || RowTokens > Shape.ContextLength)
            throw new AmendException(
                $"{Steps} steps of {BatchRows} x {RowTokens} tokens were asked; "
                + $"give at least 1 step, 1 row and 2 to {Shape.ContextLength} tokens.");
        if (Vocabulary < 300)
            throw new AmendException($"A vocabulary of {Vocabulary} pieces was asked; 256 bytes and the merges need at least 300.");
        if (!(LearningRate > 0) || WarmUpSteps < 0 || WeightDecay < 0 || CheckpointEvery < 1)
            throw new AmendException(
                "Training needs a learning rate > 0, warm-up steps and weight decay >= 0 and at least 1 step between checkpoints, "
                + $"but has {LearningRate}, {WarmUpSteps}, {WeightDecay} and {CheckpointEvery}.");
        if (FirstCycleSteps < 1 || !(SecondCycleRate > 0))
            throw new AmendException(
                $"A first cosine of {FirstCycleSteps} steps and a second at {SecondCycleRate} of its rate were asked; "
                + "give at least 1 step and a rate above 0.");
        if (LocalShare is not (>= 0 and <= 1) || !(OtherTokenWeight >= 0))
            throw new AmendException(
                $"A share of {LocalShare} local rows and a weight of {OtherTokenWeight} were asked; "
                + "the share must be 0 to 1 and the weight at least 0.");
        return this;
    }
}
