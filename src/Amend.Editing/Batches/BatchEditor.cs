using System.Text.Json.Nodes;
using Amend.Editing.Editors;
using Amend.Editing.PostProcessing;
using Amend.Editing.Statistics;
using Amend.Editing.Templates;
using Amend.Models;
using static TorchSharp.torch;

namespace Amend.Editing.Batches;

/// <summary>
/// An editor that makes one edit of all its requests in the way of MEMIT (Meng et al. 2023, algorithm 1): values of all of them at the
/// last edited layer, then layer by layer the keys and an update that writes the layer's share. The editors differ in the update.
/// </summary>
/// <typeparam name="TOptions">The editor's settings.</typeparam>
public abstract class BatchEditor<TOptions> : IEditor
    where TOptions : BatchEditorOptions, new()
{
    private readonly TOptions? _options;

    private protected BatchEditor(TOptions? options) => _options = options;

    /// <inheritdoc/>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public abstract EditorInfo Info { get; }

    private protected abstract PresetFile Presets { get; }

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(_options ?? (model is null ? new TOptions() : Preset(model.ModelType, model.Shape)));

    /// <summary>The preset of a family's model of some sizes; the defaults, without layers, where there is none.</summary>
    public TOptions Preset(string modelType, ModelShape shape) => Presets.For(new TOptions(), modelType, shape);

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context) => _ = Options(model, context);

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Refuse(model, this, requests, context);
        var options = Options(model, context);
        RequestChecks.Refuse(model, Name, requests, context, BatchLoad.Of(model, requests, options));
        var statistics = new UsedStatistics(context.Statistics);
        context = context with { Statistics = statistics };
        foreach (var layer in options.Layers)
            Require(statistics, model, layer, options);
        var templates = context.Templates?.Validated()
            ?? ContextTemplateSampler.Sample(model, options.ContextTemplateStarts, options.ContextTemplateLength, context.Seed);
        var post = PostProcessors.Parse(options.Post);
        var draft = new EditDraft(model, Name, requests, context);
        using var scope = NewDisposeScope();
        var values = BatchValues.Optimize(model, requests, templates, options);
        var lookups = new LookupPass(model, requests, templates, options.FactToken, options.ZBatchSize);
        var deltas = LayerSpread.Updates(
            model, lookups, values.Original + post.Delta(values.Original, values.Delta), context, options.Layers, layer => Right(layer, options));
        var making = new EditMaking(
            EditorSettings.Of(options), options.Layers[^1], context.Seed, templates.Texts, values.MeanLosses, values.Converged.All(reached => reached))
        {
            Statistics = [.. options.Layers.Select(layer => statistics.NoteOf(layer) ?? StatisticsNote.Identity(layer))],
        };
        return new EditResult(model, [draft.Apply(deltas, making)]);
    }

    /// <summary>
    /// The right factor of a layer's update, <c>[F,N]</c> float64 in the caller's dispose scope; the update is residual · rightᵀ.
    /// </summary>
    private protected abstract Tensor Right(LayerKeys layer, TOptions options);

    /// <summary>Asks for the statistics that a layer's update needs, so that no value is optimised where they are missing.</summary>
    /// <exception cref="Amend.Tensors.AmendException">They are missing, or of no use to the editor.</exception>
    private protected abstract void Require(ISecondMomentSource statistics, LanguageModel model, int layer, TOptions options);

    private TOptions Options(LanguageModel model, EditContext context)
    {
        model.RequireDecoder(Name);
        var options = EditorSettings.With(_options ?? Preset(model.ModelType, model.Shape), context.Settings);
        options = context.Layer is { } layer ? options with { Layers = [layer] } : options;
        options.Validate(Name, model);
        return options;
    }
}
