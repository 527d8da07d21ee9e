using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;

namespace Amend.Editing.Tuning;

/// <summary>
/// What editors share that tune weights on one request after another and know those before: an edit leaves its request to later ones, so
/// what an edit knows is what the applied edits were made for, in whatever order they were applied and taken back.
/// </summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class SerialTuningEditor<TOptions> : Editor<TOptions>
    where TOptions : SerialTuningOptions, new()
{
    private static readonly PresetFile Embedded = new("FineTuning.ft.presets.json");

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    private protected SerialTuningEditor(TOptions? options)
        : base(options)
    {
    }

    private protected override PresetFile Presets => Embedded;

    private protected override string Variant => Name;

    /// <summary>
    /// float32 numbers for each element: the weight as it was, its master, two gradients, Adam's two moments, and the change.
    /// </summary>
    private protected virtual int CopiesOfWeights => 7;

    /// <summary>What such an editor is.</summary>
    private protected static EditorInfo Describe(string title, string paper, EditorClass kind) => new(title, paper, "Thartvigsen/GRACE")
    {
        Class = kind,
        Writes = "down projections, or by name",
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };

    private protected override void Require(LanguageModel model, TOptions options) => _ = Tuned(model, options);

    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, TOptions options) =>
        new(Tuned(model, options), CopiesOfWeights, Squares: 0, Sequences: 1, options.Layers.Min());

    private protected override Solution Solve(EditTask task, TOptions options, DeltaSet deltas)
    {
        var tuned = Tuned(task.Model, options);
        var past = PastRequest.At(task.Model, tuned[0].Name);
        using var weights = new TunedWeights(tuned);
        var (losses, converged) = Tune(task, options, weights, past);
        weights.AddTo(deltas);
        deltas.Leave(PastRequest.Of(task.Requests[0]).ToMemory(tuned[0].Name));
        return new Solution(options.Layers) { Losses = losses, Converged = converged };
    }

    /// <summary>Tunes the weights, which hold the result afterwards.</summary>
    /// <param name="task">The request.</param>
    /// <param name="options">The settings.</param>
    /// <param name="weights">What is tuned.</param>
    /// <param name="past">The requests of the applied edits, in their order.</param>
    /// <returns>The loss of each evaluation, and whether the request is predicted.</returns>
    private protected abstract (IReadOnlyList<LossStep> Losses, bool Converged) Tune(
        EditTask task, TOptions options, TunedWeights weights, IReadOnlyList<PastRequest> past);

    private static IReadOnlyList<ModelWeight> Tuned(LanguageModel model, TOptions options) =>
        TargetModules.Find(model, options.Layers, options.TargetModules, biases: false);
}
