using System.Text.Json.Nodes;
using Amend.Editing.Batches;
using Amend.Models;

namespace Amend.Editing.Editors.AlphaEdit;

/// <summary>
/// AlphaEdit (Fang et al. 2025): the update of MEMIT projected into the null space of the keys of a text, so that what the model
/// knows stays mapped to what it is.
/// </summary>
public sealed class AlphaEditEditor : IEditor
{
    private static readonly PresetFile Presets = new("AlphaEdit.alphaedit.presets.json");

    private readonly AlphaEditOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public AlphaEditEditor(AlphaEditOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "alphaedit";

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("AlphaEdit, null-space constrained editing", "Fang et al. 2025, arXiv 2410.02355", "jianghoucheng/AlphaEdit") { Batch = true };

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(Preset(model));

    /// <summary>The preset of a family's model of some sizes; the defaults, without layers, where there is none.</summary>
    public static AlphaEditOptions PresetFor(string modelType, ModelShape shape) => Presets.For(new AlphaEditOptions(), modelType, shape);

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context) => _ = Options(model, context);

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Refuse(model, this, requests, context);
        var options = Options(model, context);
        RequestChecks.Refuse(model, Name, requests, context, BatchLoad.Of(model, requests, options));
        return BatchEdit.Apply(model, Name, requests, context, options, layer => AlphaEditUpdate.Right(layer, options));
    }

    private AlphaEditOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? new AlphaEditOptions() : PresetFor(model.ModelType, model.Shape));

    private AlphaEditOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        options = context.Layer is { } layer ? options with { Layers = [layer] } : options;
        options.Validate(Name, model);
        return options;
    }
}
