using System.Text.Json.Nodes;
using Amend.Models;

namespace Amend.Editing.Editors;

/// <summary>An editor's settings for known models, from an embedded presets file; a model is known by family and sizes, not by name.</summary>
/// <typeparam name="T">The editor's options.</typeparam>
/// <param name="resource">The file's name in the assembly.</param>
internal sealed class PresetFile<T>(string resource)
    where T : new()
{
    private readonly JsonArray _all = Read(resource);

    /// <summary>The preset of a family's model of these sizes, or the defaults where there is none.</summary>
    public T For(string modelType, ModelShape shape)
    {
        var preset = _all.FirstOrDefault(entry =>
            (string)entry!["model_type"]! == modelType
            && (int)entry["layers"]! == shape.Layers
            && (int)entry["width"]! == shape.Width
            && ((int?)entry["mlp_width"] ?? shape.MlpWidth) == shape.MlpWidth); // Llama-2 and 3 differ in nothing else.
        return preset is null ? new T() : EditorSettings.With(new T(), (JsonObject)preset["settings"]!);
    }

    private static JsonArray Read(string resource)
    {
        using var stream = typeof(PresetFile<>).Assembly.GetManifestResourceStream(resource)!;
        return (JsonArray)JsonNode.Parse(stream)!["presets"]!;
    }
}
