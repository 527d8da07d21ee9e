namespace Amend.Tensors.Optimization;

/// <summary>How long something is trained, and what is looked at on the way.</summary>
public sealed record TrainingPlan
{
    /// <summary>Optimiser steps.</summary>
    public required int Steps { get; init; }

    /// <summary>
    /// What is trained and how, in words or as a hash: a checkpoint of another identity is refused. It should name data, options and seed.
    /// </summary>
    public required string Identity { get; init; }

    /// <summary>Batches a step, whose gradients are averaged; 1 by default.</summary>
    public int Accumulate { get; init; } = 1;

    /// <summary>Highest norm of the gradients of all optimisers that descend; null where they are not clipped.</summary>
    public double? ClipNorm { get; init; }

    /// <summary>Steps between validations, each of which is a point of the curve; the last step is one too. 100 by default.</summary>
    public int ValidateEvery { get; init; } = 100;

    /// <summary>Steps between checkpoints; 100 by default.</summary>
    public int CheckpointEvery { get; init; } = 100;

    /// <summary>The figure of validation by which the best tensors are kept; null where those of the end are.</summary>
    public WatchedFigure? Watched { get; init; }

    /// <summary>Validations in turn without a better watched figure after which training ends; null for no such end.</summary>
    public int? Patience { get; init; }

    /// <summary>Refuses what makes no sense.</summary>
    /// <exception cref="AmendException">A number is out of range, or there is patience without a figure to watch.</exception>
    internal TrainingPlan Validated()
    {
        if (Steps < 1 || Accumulate < 1 || ValidateEvery < 1 || CheckpointEvery < 1)
            throw new AmendException(
                $"A training of {Steps} steps of {Accumulate} batches was asked, with a validation every {ValidateEvery} steps and a "
                + $"checkpoint every {CheckpointEvery}; each must be at least 1.");
        if (ClipNorm is { } norm && !(norm > 0))
            throw new AmendException($"Gradients clipped to a norm of {norm} were asked; give one above 0, or none.");
        if (Patience is { } patience && (patience < 1 || Watched is null))
            throw new AmendException(
                $"A training that ends after {patience} validations without a better {Watched?.Name ?? "figure"} was asked; "
                + "give at least 1, and a figure to watch.");
        return this;
    }
}

/// <summary>A figure of validation and the way in which it gets better.</summary>
/// <param name="Name">Its name among the figures.</param>
/// <param name="HigherIsBetter">Whether a higher one is better.</param>
public sealed record WatchedFigure(string Name, bool HigherIsBetter)
{
    /// <summary>Whether one value is better than another; any is better than none.</summary>
    internal bool IsBetter(double value, double? than) =>
        than is not { } best || (HigherIsBetter ? value > best : value < best);
}
