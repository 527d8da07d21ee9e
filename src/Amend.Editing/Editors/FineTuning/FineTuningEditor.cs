using System.Text.Json.Nodes;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>
/// Fine-tuning on the requests alone, together and as one edit: <c>ft</c>; <c>ft-l</c> with the weights kept near where they
/// were (Zhu et al. 2020), the baselines of Meng et al. 2022; and <c>locft-bf</c>, a late down projection in shuffled
/// mini-batches over all requests (Yang et al. 2026).
/// </summary>
public sealed class FineTuningEditor : IEditor
{
    internal const string BreadthFirstName = "locft-bf";
    private const string FreeName = "ft";
    private const string BoundedName = "ft-l";
    private readonly FineTuningOptions? _options;

    /// <summary>Creates <c>ft</c>.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public FineTuningEditor(FineTuningOptions? options = null)
        : this(options, FreeName, new EditorInfo("FT, fine-tuning on the requests alone", "Meng et al. 2022, arXiv 2202.05262; FT-M: Zhang et al. 2024, arXiv 2401.01286", "kmeng01/rome"))
    {
    }

    private FineTuningEditor(FineTuningOptions? options, string name, EditorInfo info)
    {
        _options = options;
        Name = name;
        Info = info with { Batch = true };
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public EditorInfo Info { get; }

    /// <summary>Creates <c>ft-l</c>, whose settings must have a norm constraint.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public static FineTuningEditor Bounded(FineTuningOptions? options = null) => new(
        options, BoundedName, new EditorInfo("FT+L, fine-tuning within a ball around the weights", "Zhu et al. 2020, arXiv 2012.00363; Meng et al. 2022", "kmeng01/rome"));

    /// <summary>Creates <c>locft-bf</c>: mini-batches over all requests in each pass, in a late layer.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public static FineTuningEditor BreadthFirst(FineTuningOptions? options = null) => new(
        options, BreadthFirstName, new EditorInfo("LocFT-BF, breadth-first fine-tuning of one located projection", "Yang et al. 2026, arXiv 2509.22072", "ICT-STAR/LocFT"));

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
        var (deltas, losses, converged) = Tune(model, requests, options, context.Seed);
        var edit = draft.Apply(
            deltas, new EditMaking(EditorSettings.Of(options), options.Layers[0], context.Seed, ContextTemplates.Bare.Texts, losses, converged));
        return new EditResult(model, [edit]);
    }

    private FineTuningOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? FineTuningPresets.Defaults(Name) : FineTuningPresets.For(Name, model.ModelType, model.Shape));

    private FineTuningOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        options = (context.Layer is { } layer ? options with { Layers = [layer] } : options).Validated(model.Shape.Layers);
        _ = TargetModules.Find(model, options.Layers, options.TargetModules, options.TrainBias);
        return Name == BoundedName && options.NormConstraint is null
            ? throw new AmendException($"The editor {Name} has no bound for '{model.Name}'; give one, such as norm_constraint=5e-4, or use ft.")
            : options;
    }

    /// <summary>For each element the weight as it was, its master, two gradients, Adam's two moments, and the change.</summary>
    private static EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, FineTuningOptions options) => new(
        TargetModules.Find(model, options.Layers, options.TargetModules, options.TrainBias),
        CopiesOfWeights: 7,
        Squares: 0,
        Math.Min(requests.Count, options.BatchSize),
        options.Layers.Min());

    private static (Dictionary<string, IWeightDelta> Deltas, IReadOnlyList<LossStep> Losses, bool Converged) Tune(
        LanguageModel model, IReadOnlyList<EditRequest> requests, FineTuningOptions options, int seed)
    {
        using var scope = NewDisposeScope();
        using var batches = new FineTuningBatches(model, requests, options.Objective, options.BatchSize, options.Shuffle ? seed : null);
        var weights = new List<TunedWeight>();
        try
        {
            weights.AddRange(TargetModules.Find(model, options.Layers, options.TargetModules, options.TrainBias).Select(weight => new TunedWeight(weight)));
            Action? bound = options.NormConstraint is { } radius ? () => WeightBall.Project(weights, options.Norm, radius) : null;
            var (losses, converged) = FineTuner.Run(model, batches, weights, options.Schedule(requests.Count), bound);
            return (weights.ToDictionary(weight => weight.Name, IWeightDelta (weight) => weight.ToDelta()), losses, converged);
        }
        finally
        {
            weights.ForEach(weight => weight.Dispose());
        }
    }
}
