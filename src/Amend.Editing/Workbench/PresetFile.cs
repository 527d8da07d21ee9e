using System.Text.Json.Nodes;
using Amend.Models.Shapes;

namespace Amend.Editing.Workbench;

/// <summary>
/// An embedded <c>*.presets.json</c>: settings for known models, which are known by family and sizes, not by name, and where
/// an editor has variants by the variant's name too. A preset without sizes is for every model of its family.
/// </summary>
internal sealed class PresetFile
{
    private readonly JsonArray _presets;
    private readonly string _source;

    /// <summary>Reads an embedded file.</summary>
    /// <param name="path">Its place under <c>Editors</c>, with dots, such as <c>Lora.lora.presets.json</c>.</param>
    public PresetFile(string path)
    {
        using var stream = typeof(PresetFile).Assembly.GetManifestResourceStream($"Amend.Editing.Editors.{path}")!;
        var file = JsonNode.Parse(stream)!;
        (_presets, _source) = ((JsonArray)file["presets"]!, (string)file["source"]!);
    }

    /// <summary>The defaults with a model's preset put over them, where there is one.</summary>
    /// <param name="defaults">The editor's defaults.</param>
    /// <param name="modelType">The family.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="editor">The variant; null where the editor has none.</param>
    public T For<T>(T defaults, string modelType, ModelShape shape, string? editor = null)
    {
        var preset = Find(modelType, shape, editor);
        return preset is null ? defaults : EditorSettings.With(defaults, (JsonObject)preset["settings"]!);
    }

    /// <summary>Where a model's preset comes from; null where there is none.</summary>
    /// <param name="modelType">The family.</param>
    /// <param name="shape">The sizes.</param>
    /// <param name="editor">The variant; null where the editor has none.</param>
    public PresetNote? NoteOf(string modelType, ModelShape shape, string? editor = null) =>
        Find(modelType, shape, editor) is { } preset ? new((string)preset["model"]!, (string?)preset["source"] ?? _source) : null;

    private JsonNode? Find(string modelType, ModelShape shape, string? editor) => _presets.FirstOrDefault(entry =>
        (string?)entry!["editor"] == editor
        && (string)entry["model_type"]! == modelType
        && ((int?)entry["layers"] ?? shape.Layers) == shape.Layers
        && ((int?)entry["width"] ?? shape.Width) == shape.Width
        && ((int?)entry["mlp_width"] ?? shape.MlpWidth) == shape.MlpWidth);
}
