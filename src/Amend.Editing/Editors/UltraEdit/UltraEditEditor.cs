using System.Text.Json.Nodes;
using Amend.Editing.Editors.FineTuning;
using Amend.Editing.Templates;
using Amend.Models;
using Amend.Tensors;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.UltraEdit;

/// <summary>
/// UltraEdit (Gu et al. 2025): one pass forward and back, and one least-squares step at each layer from keys and gradients,
/// normalised over all tokens that the sequence's edits have written. Needs no subject, no statistics and no training.
/// Requests that are given together are one edit. What later edits of a sequence need is in <see cref="EditContext.Memory"/>.
/// </summary>
public sealed class UltraEditEditor : IEditor
{
    private static readonly PresetFile Presets = new("UltraEdit.ultraedit.presets.json");
    private readonly UltraEditOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public UltraEditEditor(UltraEditOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "ultraedit";

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("UltraEdit, one normalised least-squares step", "Gu et al. 2025, arXiv 2505.14679", "XiaojieGu/UltraEdit") { Batch = true };

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
        var (deltas, moments, loss) = Solve(model, requests, options, context.Memory.Of<UltraEditTrail>(model));
        var edit = draft.Apply(
            deltas,
            new EditMaking(EditorSettings.Of(options), options.Layers[^1], context.Seed, ContextTemplates.Bare.Texts, [new LossStep(0, loss, loss, 0, 0)], Converged: true));
        context.Memory.Keep(model, edit.Id, moments);
        return new EditResult(model, [edit]);
    }

    private UltraEditOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? new UltraEditOptions() : Presets.For(new UltraEditOptions(), model.ModelType, model.Shape));

    private UltraEditOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        return (context.Layer is { } layer ? options with { Layers = [layer] } : options).Validated(model.Shape.Layers);
    }

    /// <summary>A change is dense where there are more tokens than the matrix has rows or columns; the trial holds it a second time.</summary>
    private static EditLoad Load(LanguageModel model, IReadOnlyList<EditRequest> requests, UltraEditOptions options) => new(
        [.. options.Layers.Select(model.Decoder.DownProjection)],
        CopiesOfWeights: 2,
        Squares: 2,
        Math.Min(requests.Count, options.BatchSize),
        FirstLayer: 0);

    private static (Dictionary<string, IWeightDelta> Deltas, UltraEditTrail Trail, double Loss) Solve(
        LanguageModel model, IReadOnlyList<EditRequest> requests, UltraEditOptions options, IReadOnlyList<UltraEditTrail> past)
    {
        using var scope = NewDisposeScope();
        var (passes, loss) = (new List<IReadOnlyList<WrittenTokens>>(), 0.0);
        foreach (var chunk in requests.Chunk(options.BatchSize))
        {
            using var batch = FineTuningBatch.Create(model, chunk, FineTuningObjective.Autoregressive);
            var (tokens, ofBatch) = WrittenTokens.Collect(model, batch, options);
            passes.Add(tokens);
            loss += ofBatch * chunk.Length / requests.Count;
        }

        var (deltas, trail) = (new Dictionary<string, IWeightDelta>(), new Dictionary<string, RunningMoments>());
        try
        {
            foreach (var (place, layer) in options.Layers.Index())
            {
                var name = model.Decoder.DownProjection(layer).Name;
                trail[name] = passes.Aggregate(RunningMoments.None, (sum, pass) => sum.With(RunningMoments.Of(pass[place].Normalized)));
                var moments = past.Aggregate(RunningMoments.None, (sum, edit) => sum.With(edit.Of(name))).With(trail[name]);
                if (moments.Count < 2)
                    throw new AmendException($"UltraEdit normalises over the written tokens of all edits, and there is only one; give several requests together, or normalize_over=all.");
                deltas.Add(name, UltraEditUpdate.Compute(cat([.. passes.Select(pass => pass[place].Keys)]), cat([.. passes.Select(pass => pass[place].Slopes)]), moments, options.Lr));
            }
        }
        catch
        {
            foreach (var delta in deltas.Values)
                delta.Dispose();
            throw;
        }

        return (deltas, new UltraEditTrail(trail), loss);
    }
}
