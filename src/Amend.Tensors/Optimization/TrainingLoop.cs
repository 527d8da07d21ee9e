using System.Diagnostics;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>
/// Trains a trainee to the end of its plan: batches, clipping, optimiser steps, validation, the best tensors, checkpoints. A training that
/// was stopped or killed goes on from the folder's checkpoint and ends with the same tensors bit for bit.
/// </summary>
public sealed class TrainingLoop
{
    private readonly ITrainee _trainee;
    private readonly TrainingPlan _plan;
    private readonly string _folder;
    private readonly TrainingCheckpoint _checkpoint;

    /// <summary>Creates a loop.</summary>
    /// <param name="trainee">What is trained; it stays the caller's.</param>
    /// <param name="plan">How long, and what is looked at.</param>
    /// <param name="folder">Where checkpoint, best tensors and curve lie; it is made where it is missing.</param>
    /// <exception cref="AmendException">The plan makes no sense.</exception>
    public TrainingLoop(ITrainee trainee, TrainingPlan plan, string folder)
    {
        ArgumentNullException.ThrowIfNull(trainee);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        _trainee = trainee;
        _plan = plan.Validated();
        _folder = folder;
        _checkpoint = new TrainingCheckpoint(folder, plan.Identity);
    }

    /// <summary>
    /// Trains from the checkpoint, where there is one, to the end. The trainee then holds the best tensors by the watched figure, or those
    /// of the last step where none is watched; where the training was stopped, those of the step it came to.
    /// </summary>
    /// <param name="progress">Told of each step, on this thread.</param>
    /// <param name="stop">Ends the training after the present step, with a checkpoint.</param>
    /// <exception cref="AmendException">
    /// The checkpoint is of another training, another process trains in the folder, or the disk is full; the last checkpoint stays.
    /// </exception>
    /// <exception cref="ArithmeticException">A figure or a gradient is not finite; the last checkpoint stays.</exception>
    public TrainingCurve Run(IProgress<TrainingProgress>? progress = null, CancellationToken stop = default)
    {
        using var held = Hold();
        using var gradients = enable_grad();
        var state = _checkpoint.Restore(_trainee);
        var (first, before, clock) = (state.Step, state.Seconds, Stopwatch.StartNew());
        var saved = _checkpoint.Exists ? state.Step : -1;
        while (!IsComplete(state) && !stop.IsCancellationRequested)
        {
            Advance(state);
            state.Seconds = before + clock.Elapsed.TotalSeconds;
            var point = IsDue(state, _plan.ValidateEvery) ? Validate(state) : null;
            if (IsDue(state, _plan.CheckpointEvery))
                Save(state, ref saved);
            progress?.Report(new TrainingProgress(
                state.Step,
                _plan.Steps,
                (state.Step - first) / clock.Elapsed.TotalSeconds,
                point?.Training ?? state.Means,
                point?.Validation));
        }

        if (saved < state.Step)
            Save(state, ref saved);
        if (IsComplete(state) && state.BestStep is not null)
            _checkpoint.RestoreBest(_trainee);
        return CurveOf(state);
    }

    private FileStream Hold()
    {
        try
        {
            Directory.CreateDirectory(_folder);
            return HeldFile.TryHold(Path.Combine(_folder, "lock")) ?? throw new AmendException(
                $"Another process trains in '{_folder}'; wait for its end, or give another folder.");
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new AmendException(
                $"Cannot train in '{_folder}' ({cause.Message.TrimEnd('.')}); give a folder that can be made and written.", cause);
        }
    }

    private bool IsComplete(TrainingState state) => state.Step >= _plan.Steps || state.Stale >= (_plan.Patience ?? int.MaxValue);

    private bool IsDue(TrainingState state, int every) => state.Step % every == 0 || IsComplete(state);

    private void Advance(TrainingState state)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < _plan.Accumulate; i++)
        {
            var figures = _trainee.Learn(state.Step * _plan.Accumulate + i);
            RequireFinite(figures, "training", state);
            state.Count(figures);
        }

        NamedTensor[] descending = [.. Of(ascends: false)];
        NamedTensor[] ascending = [.. Of(ascends: true)];
        if (_plan.Accumulate > 1)
            GradientNorm.Scale([.. descending, .. ascending], 1.0 / _plan.Accumulate);
        GradientNorm.Clip(descending, _plan.ClipNorm ?? double.PositiveInfinity);
        GradientNorm.Measure(ascending);
        foreach (var optimizer in _trainee.Optimizers)
            optimizer.Step(state.Step);
        state.Step++;
    }

    private IEnumerable<NamedTensor> Of(bool ascends) =>
        _trainee.Optimizers.Where(optimizer => optimizer.Ascends == ascends).SelectMany(optimizer => optimizer.Optimizer.Tensors);

    private CurvePoint Validate(TrainingState state)
    {
        using var scope = NewDisposeScope();
        var figures = _trainee.Validate(state.Step);
        RequireFinite(figures, "validation", state);
        if (_plan.Watched is { } watched)
            Watch(watched, figures, state);
        return state.AddPoint(figures);
    }

    private void Watch(WatchedFigure watched, IReadOnlyDictionary<string, double> figures, TrainingState state)
    {
        if (!figures.TryGetValue(watched.Name, out var value))
            throw new AmendException(
                $"The figure '{watched.Name}' is to be watched, but validation measures {string.Join(", ", figures.Keys)}; "
                + "watch one of those.");
        if (!watched.IsBetter(value, state.Best))
        {
            state.Stale++;
            return;
        }

        _checkpoint.SaveBest(_trainee);
        (state.Best, state.BestStep, state.Stale) = (value, state.Step, 0);
    }

    private static void RequireFinite(IReadOnlyDictionary<string, double> figures, string kind, TrainingState state)
    {
        foreach (var (name, value) in figures)
        {
            if (!double.IsFinite(value))
                throw new ArithmeticException(
                    $"The {name} of {kind} became {value} after {state.Step} steps; train with a lower learning rate. "
                    + "The last checkpoint is as it was.");
        }
    }

    private void Save(TrainingState state, ref int saved)
    {
        _checkpoint.Save(_trainee, state);
        CurveOf(state).Write(Path.Combine(_folder, TrainingCurve.FileName));
        saved = state.Step;
    }

    private TrainingCurve CurveOf(TrainingState state) => new([.. state.Points])
    {
        IsComplete = IsComplete(state),
        Steps = state.Step,
        Seconds = state.Seconds,
        BestStep = state.BestStep,
    };
}
