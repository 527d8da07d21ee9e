using Amend.Editing.Tuning;
using Amend.Editing.Workbench;
using Amend.Models;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Lora;

/// <summary>
/// LoRA (Hu et al. 2021) trained on the requests alone, together and as one edit; the trained factors are the edit's change.
/// </summary>
/// <param name="options">Settings to start from; the preset for the model when null.</param>
public sealed class LoraEditor(LoraOptions? options = null) : Editor<LoraOptions>(options)
{
    private static readonly PresetFile Embedded = new("Lora.lora.presets.json");

    /// <inheritdoc/>
    public override string Name => "lora";

    /// <inheritdoc/>
    public override EditorInfo Info { get; } = new(
        "LoRA, low-rank fine-tuning",
        "Hu et al. 2021, arXiv 2106.09685; as an editor: Zhang et al. 2024, arXiv 2401.01286",
        "zjunlp/EasyEdit")
    {
        Class = EditorClass.ConstrainedFineTuning,
        Writes = "down projections, or by name",
        Batch = true,
        NeedsSubject = false,
        Kinds = TargetBatch.Kinds,
    };

    private protected override PresetFile Presets => Embedded;

    private protected override void Require(LanguageModel model, LoraOptions options) => _ = Trained(model, options);

    /// <summary>For each element the weight as it was, its sum with the factors' product, and two gradients.</summary>
    private protected override EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, LoraOptions options) => new(
        Trained(model, options), CopiesOfWeights: 4, Squares: 0, Math.Min(requests.Count, options.BatchSize), options.Layers.Min());

    private protected override Solution Solve(EditTask task, LoraOptions options, DeltaSet deltas)
    {
        var seed = task.Context.Seed;
        using var generator = new Generator((ulong)seed, CPU);
        using var batches = new TuningBatches(
            task.Model, task.Requests, TargetReading.Following, options.BatchSize, options.Shuffle ? seed : null);
        var weights = new List<LoraWeight>();
        try
        {
            foreach (var weight in Trained(task.Model, options))
                weights.Add(new LoraWeight(weight, options, generator));
            var (losses, converged) = new Tuner(options.Schedule, task.Pace).Run(batches, weights);
            weights.ForEach(weight => deltas.Add(weight.Name, weight.ToDelta()));
            return new Solution(options.Layers) { Losses = losses, Converged = converged };
        }
        finally
        {
            weights.ForEach(weight => weight.Dispose());
        }
    }

    private static IReadOnlyList<ModelWeight> Trained(LanguageModel model, LoraOptions options) =>
        TargetModules.Find(model, options.Layers, options.TargetModules, biases: false);
}
