using System.Text.Json.Nodes;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Editing.Editors;

/// <summary>The editors that there are.</summary>
/// <param name="Editors">The editors, in the order of <see cref="BuiltInEditors.All"/>.</param>
public sealed record EditorList(IReadOnlyList<EditorSummary> Editors)
{
    /// <summary>Describes one editor.</summary>
    /// <param name="editor">Its name.</param>
    /// <param name="model">The model whose presets the settings are; null for the settings where there is no preset.</param>
    /// <exception cref="AmendException">No editor has the name.</exception>
    public static EditorList Describe(string editor, LanguageModel? model) => new([Summary(BuiltInEditors.Find(editor), model)]);

    /// <summary>Describes the built-in editors.</summary>
    /// <param name="model">The model whose presets the settings are; null for the settings where there is no preset.</param>
    public static EditorList Describe(LanguageModel? model = null) =>
        new([.. BuiltInEditors.All.Select(editor => Summary(editor, model))]);

    private static EditorSummary Summary(IEditor editor, LanguageModel? model) =>
        new(editor.Name, editor.Info, editor.Settings(model)) { Preset = model is null ? null : editor.PresetOf(model) };
}

/// <summary>An editor in short.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Info">What it is and can do.</param>
/// <param name="Settings">Its settings.</param>
public sealed record EditorSummary(string Name, EditorInfo Info, JsonObject Settings)
{
    /// <summary>Where they come from; null where they are those of any model.</summary>
    public PresetNote? Preset { get; init; }
}
