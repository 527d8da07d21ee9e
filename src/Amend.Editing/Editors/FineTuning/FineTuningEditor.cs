using Amend.Editing.Templates;
using Amend.Models;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>
/// Fine-tuning of a down projection on the requests alone: <c>ft</c>, and <c>ft-l</c> with every element kept near where it
/// was (Zhu et al. 2020), the baselines of Meng et al. 2022. Several requests are tuned together and give one edit.
/// </summary>
public sealed class FineTuningEditor : IEditor
{
    private readonly FineTuningOptions? _options;
    private readonly bool _isBounded;

    /// <summary>Creates <c>ft</c>.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public FineTuningEditor(FineTuningOptions? options = null)
        : this(options, isBounded: false)
    {
    }

    private FineTuningEditor(FineTuningOptions? options, bool isBounded)
    {
        _options = options;
        _isBounded = isBounded;
    }

    /// <inheritdoc/>
    public string Name => _isBounded ? "ft-l" : "ft";

    /// <summary>Creates <c>ft-l</c>, whose settings must have a norm constraint.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public static FineTuningEditor Bounded(FineTuningOptions? options = null) => new(options, isBounded: true);

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context) => _ = Options(model, context);

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        if (requests.Count == 0)
            throw new AmendException($"No edit of '{model.Name}' was requested; give at least one.");
        model.RequireDecoder(Name);
        var options = Options(model, context);
        foreach (var request in requests)
            request.Validated();
        var draft = new EditDraft(model, Name, requests);
        var (deltas, losses, converged) = Tune(model, requests, options);
        var edit = draft.Apply(
            deltas, new EditMaking(EditorSettings.Of(options), options.Layers[0], context.Seed, ContextTemplates.Bare.Texts, losses, converged));
        return new EditResult(model, [edit]);
    }

    private FineTuningOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(_options ?? FineTuningPresets.For(Name, model.ModelType, model.Shape), context.Settings);
        options = (context.Layer is { } layer ? options with { Layers = [layer] } : options).Validated(model.Shape.Layers);
        return _isBounded && options.NormConstraint is null
            ? throw new AmendException($"The editor {Name} has no bound for '{model.Name}'; give one, such as norm_constraint=5e-4, or use ft.")
            : options;
    }

    private static (Dictionary<string, IWeightDelta> Deltas, IReadOnlyList<LossStep> Losses, bool Converged) Tune(
        LanguageModel model, IReadOnlyList<EditRequest> requests, FineTuningOptions options)
    {
        using var scope = NewDisposeScope();
        var (batches, weights) = (new List<FineTuningBatch>(), new List<TunedWeight>());
        try
        {
            foreach (var chunk in requests.Chunk(options.BatchSize))
                batches.Add(FineTuningBatch.Create(model, chunk, options.Objective));
            weights.AddRange(WeightsOf(model, options).Select(weight => new TunedWeight(weight)));
            var (losses, converged) = FineTuner.Run(model, batches, weights, options);
            return (weights.ToDictionary(weight => weight.Name, IWeightDelta (weight) => weight.ToDelta()), losses, converged);
        }
        finally
        {
            weights.ForEach(weight => weight.Dispose());
            batches.ForEach(batch => batch.Dispose());
        }
    }

    private static IEnumerable<ModelWeight> WeightsOf(LanguageModel model, FineTuningOptions options)
    {
        const string Weight = ".weight";
        foreach (var weight in options.Layers.Select(model.Decoder.DownProjection))
        {
            yield return weight;
            var bias = weight.Name[..^Weight.Length] + ".bias";
            if (options.TrainBias && model.Decoder.Weights.Contains(bias))
                yield return model.Decoder.Weights[bias];
        }
    }
}
