using Amend.Editing.Editors.Batches;
using Amend.Models;

namespace Amend.Editing.Editors.Memit;

/// <summary>
/// MEMIT, mass-editing memory in a transformer (Meng et al. 2023): one least-squares update of several middle MLPs for all requests,
/// which keeps the keys of a text and, with <c>accumulate</c>, those of earlier edits mapped to what they are.
/// </summary>
public sealed class MemitEditor : IEditor
{
    private static readonly PresetFile<MemitOptions> Presets = new("Amend.Editing.Editors.Memit.memit.presets.json");

    private readonly MemitOptions? _options;

    /// <summary>Creates the editor.</summary>
    /// <param name="options">Settings to start from; the preset for the model when null.</param>
    public MemitEditor(MemitOptions? options = null) => _options = options;

    /// <inheritdoc/>
    public string Name => "memit";

    /// <summary>The preset of a family's model of some sizes; the defaults, without layers, where there is none.</summary>
    public static MemitOptions PresetFor(string modelType, ModelShape shape) => Presets.For(modelType, shape);

    /// <inheritdoc/>
    public void Check(LanguageModel model, EditContext context) => _ = Options(model, context);

    /// <inheritdoc/>
    public EditResult Apply(LanguageModel model, IReadOnlyList<EditRequest> requests, EditContext context)
    {
        var options = Options(model, context);
        return BatchEdit.Apply(model, Name, requests, context, options, layer => MemitUpdate.Right(layer, options));
    }

    private MemitOptions Options(LanguageModel model, EditContext context)
    {
        var options = EditorSettings.With(_options ?? Presets.For(model.ModelType, model.Shape), context.Settings);
        options = context.Layer is { } layer ? options with { Layers = [layer] } : options;
        options.Validate(Name, model.Shape.Layers);
        return options;
    }
}
