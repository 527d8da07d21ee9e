using Amend.Editing.Tuning;
using Amend.Editing.Workbench;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Rehearsal;

/// <summary>
/// <c>ft-retrain</c>: fine-tuning on one request until it is predicted, and after so many edits first a retraining on the requests of all
/// of them, a baseline of Hartvigsen et al. 2023.
/// </summary>
public sealed class RehearsalEditor : SerialTuningEditor<RehearsalOptions>
{
    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public RehearsalEditor(RehearsalOptions? options = null)
        : base(options)
    {
    }

    /// <inheritdoc/>
    public override string Name => "ft-retrain";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = Describe(
        "FT+Retrain, training on all edits", "Hartvigsen et al. 2023, arXiv 2211.11031", EditorClass.FineTuning);

    private protected override (IReadOnlyList<LossStep> Losses, bool Converged) Tune(
        EditTask task, RehearsalOptions options, TunedWeights weights, IReadOnlyList<PastRequest> past)
    {
        var before = (past.Count + 1) % options.RetrainFrequency == 0 ? Retrain(task, options, weights, past) : [];
        using var batches = new TuningBatches(task.Model, task.Requests, TargetReading.Following, size: 1, shuffleSeed: null);
        var (losses, converged) = new Tuner(options.Schedule, task.Pace).Run(batches, weights.All);
        return ([.. before, .. losses.Select(loss => loss with { Step = before.Count + loss.Step })], converged);
    }

    private static IReadOnlyList<LossStep> Retrain(
        EditTask task, RehearsalOptions options, TunedWeights weights, IReadOnlyList<PastRequest> past)
    {
        // Edits of other editors on these weights left no request, so going back to the base would lose them.
        if (options.RetrainFrom == RetrainStart.Base && past.Count == task.Model.Applied.Ids.Count)
        {
            foreach (var weight in weights.All)
                weight.Set(task.Model.Applied.BaseOf(weight.Name));
        }

        EditRequest[] all =
        [
            .. past.Select(request => request.ToRequest()),
            .. task.Requests,
            .. task.Context.Replay.Take(options.Replay).Select(text => new EditRequest(text.Prompt, null, text.Target)),
        ];
        using var batches = new TuningBatches(
            task.Model, all, TargetReading.Following, size: 1, options.Shuffle ? task.Context.Seed : null);
        var schedule = new TuningSchedule(options.Lr, options.RetrainPasses, WeightDecay: 0, LossThreshold: double.NegativeInfinity);
        return new Tuner(schedule, task.Pace).Run(batches, weights.All).Losses;
    }
}
