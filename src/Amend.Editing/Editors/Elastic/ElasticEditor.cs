using Amend.Editing.Tuning;
using Amend.Editing.Workbench;
using Amend.Models.Scoring;

namespace Amend.Editing.Editors.Elastic;

/// <summary>
/// <c>ft-ewc</c>: fine-tuning on one request until it is predicted, with a penalty on the weights that earlier requests of the stream
/// depend on (Kirkpatrick et al. 2017), a baseline of Hartvigsen et al. 2023.
/// </summary>
public sealed class ElasticEditor : SerialTuningEditor<ElasticOptions>
{
    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public ElasticEditor(ElasticOptions? options = null)
        : base(options)
    {
    }

    /// <inheritdoc/>
    public override string Name => "ft-ewc";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = Describe(
        "FT+EWC, elastic weights",
        "Kirkpatrick et al. 2017, arXiv 1612.00796; Hartvigsen et al. 2023, arXiv 2211.11031",
        EditorClass.ConstrainedFineTuning);

    /// <summary>As fine-tuning, with the Fisher information, its sum of gradients, and the anchor.</summary>
    private protected override int CopiesOfWeights => base.CopiesOfWeights + 3;

    private protected override (IReadOnlyList<LossStep> Losses, bool Converged) Tune(
        EditTask task, ElasticOptions options, TunedWeights weights, IReadOnlyList<PastRequest> past)
    {
        using var penalty = new ElasticPenalty(task.Model, weights.All, past, PastRequest.Of(task.Requests[0]), options);
        using var batches = new TuningBatches(task.Model, task.Requests, TargetReading.Following, size: 1, shuffleSeed: null);
        return new Tuner(options.Schedule, task.Pace) { Penalty = penalty.Loss }.Run(batches, weights.All);
    }
}
