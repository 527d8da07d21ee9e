using System.Text.Json.Nodes;
using Amend.Editing.Batches;
using Amend.Models;

namespace Amend.Editing.Editors.Emmet;

/// <summary>
/// EMMET, equality-constrained mass model editing (Gupta et al. 2024, arXiv 2403.14236): the keys of all requests are mapped to their
/// values exactly, up to a small ridge; with one request it is ROME.
/// </summary>
public sealed class EmmetEditor : IEditor
{
    private static readonly PresetFile Presets = new("Emmet.emmet.presets.json");

    private readonly EmmetOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public EmmetEditor(EmmetOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "emmet";

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("EMMET, equality-constrained mass model editing", "Gupta et al. 2024, arXiv 2403.14236", "scalable-model-editing/unified-model-editing") { Batch = true };

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(Preset(model));

    /// <summary>The preset of a family's model of some sizes; the defaults, without layers, where there is none.</summary>
    public static EmmetOptions PresetFor(string modelType, ModelShape shape) => Presets.For(new EmmetOptions(), modelType, shape);

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context) => _ = Options(model, context);

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Refuse(model, this, requests, context);
        var options = Options(model, context);
        RequestChecks.Refuse(model, Name, requests, context, BatchLoad.Of(model, requests, options));
        return BatchEdit.Apply(model, Name, requests, context, options, layer => EmmetUpdate.Right(layer, options));
    }

    private EmmetOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? new EmmetOptions() : PresetFor(model.ModelType, model.Shape));

    private EmmetOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        options = context.Layer is { } layer ? options with { Layers = [layer] } : options;
        options.Validate(Name, model);
        return options;
    }
}
