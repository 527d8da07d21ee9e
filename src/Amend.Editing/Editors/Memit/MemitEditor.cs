using System.Text.Json.Nodes;
using Amend.Editing.Batches;
using Amend.Models;

namespace Amend.Editing.Editors.Memit;

/// <summary>
/// MEMIT, mass-editing memory in a transformer (Meng et al. 2023): one least-squares update of several middle MLPs for all requests,
/// which keeps the keys of a text and, with <c>accumulate</c>, those of earlier edits mapped to what they are.
/// </summary>
public sealed class MemitEditor : IEditor
{
    private static readonly PresetFile Presets = new("Memit.memit.presets.json");

    private readonly MemitOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public MemitEditor(MemitOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "memit";

    /// <inheritdoc/>
    public EditorInfo Info { get; } = new("MEMIT, mass-editing memory in a transformer", "Meng et al. 2023, arXiv 2210.07229", "kmeng01/memit") { Batch = true };

    /// <inheritdoc/>
    public JsonObject Settings(LanguageModel? model) => EditorSettings.Of(Preset(model));

    /// <summary>The preset of a family's model of some sizes; the defaults, without layers, where there is none.</summary>
    public static MemitOptions PresetFor(string modelType, ModelShape shape) => Presets.For(new MemitOptions(), modelType, shape);

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context) => _ = Options(model, context);

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        RequestChecks.Refuse(model, this, requests, context);
        var options = Options(model, context);
        RequestChecks.Refuse(model, Name, requests, context, BatchLoad.Of(model, requests, options));
        return BatchEdit.Apply(model, Name, requests, context, options, layer => MemitUpdate.Right(layer, options));
    }

    private MemitOptions Preset(LanguageModel? model) =>
        _options ?? (model is null ? new MemitOptions() : PresetFor(model.ModelType, model.Shape));

    private MemitOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(Preset(model), context.Settings);
        options = context.Layer is { } layer ? options with { Layers = [layer] } : options;
        options.Validate(Name, model);
        return options;
    }
}
