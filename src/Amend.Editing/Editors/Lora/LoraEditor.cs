using System.Text.Json.Nodes;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Lora;

/// <summary>
/// LoRA (Hu et al. 2021) trained on the requests alone, together and as one edit; the trained factors are the edit's change.
/// </summary>
public sealed class LoraEditor : IEditor
{
    private static readonly PresetFile Presets = new("Lora.lora.presets.json");
    private readonly LoraOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public LoraEditor(LoraOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "lora";

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("LoRA, low-rank factors trained on the requests", "Hu et al. 2021, arXiv 2106.09685; as an editor: Zhang et al. 2024, arXiv 2401.01286", "zjunlp/EasyEdit")
    {
        Batch = true,
    };

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(Preset(model));

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context)
    {
        model.RequireDecoder(Name);
        _ = Options(model, context);
    }

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Refuse(model, this, requests, context);
        var options = Options(model, context);
        RequestChecks.Refuse(model, Name, requests, context, Load(model, requests, options));
        var draft = new EditDraft(model, Name, requests, context);
        var (deltas, losses, converged) = Train(model, requests, options, context.Seed);
        var edit = draft.Apply(
            deltas, new EditMaking(EditorSettings.Of(options), options.Layers[0], context.Seed, ContextTemplates.Bare.Texts, losses, converged));
        return new EditResult(model, [edit]);
    }

    private LoraOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? new LoraOptions() : Presets.For(new LoraOptions(), model.ModelType, model.Shape));

    private LoraOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        options = (context.Layer is { } layer ? options with { Layers = [layer] } : options).Validated(model.Shape.Layers);
        _ = TargetModules.Find(model, options.Layers, options.TargetModules, biases: false);
        return options;
    }

    /// <summary>For each element the weight as it was, its sum with the factors' product, and two gradients.</summary>
    private static EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, LoraOptions options) => new(
        TargetModules.Find(model, options.Layers, options.TargetModules, biases: false),
        CopiesOfWeights: 4,
        Squares: 0,
        Math.Min(requests.Count, options.BatchSize),
        options.Layers.Min());

    private static (Dictionary<string, IWeightDelta> Deltas, IReadOnlyList<LossStep> Losses, bool Converged) Train(
        LanguageModel model, IReadOnlyList<EditRequest> requests, LoraOptions options, int seed)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, CPU);
        using var batches = new FineTuningBatches(model, requests, FineTuningObjective.Autoregressive, options.BatchSize, options.Shuffle ? seed : null);
        var weights = new List<LoraWeight>();
        try
        {
            foreach (var weight in TargetModules.Find(model, options.Layers, options.TargetModules, biases: false))
                weights.Add(new LoraWeight(weight, options, generator));
            var schedule = new TuningSchedule(options.Lr, options.NumSteps, options.WeightDecay, options.LossThreshold);
            var (losses, converged) = FineTuner.Run(model, batches, weights, schedule);
            return (weights.ToDictionary(weight => weight.Name, weight => weight.ToDelta()), losses, converged);
        }
        finally
        {
            weights.ForEach(weight => weight.Dispose());
        }
    }
}
