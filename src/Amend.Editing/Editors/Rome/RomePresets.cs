using System.Text.Json.Nodes;
using Amend.Models;

namespace Amend.Editing.Editors.Rome;

/// <summary>ROME's settings for known models, from <c>rome.presets.json</c>; a model is known by family and sizes, not by name.</summary>
internal static class RomePresets
{
    private static readonly JsonArray All = Read();

    /// <summary>The preset of a model, or the defaults (without a layer) where there is none.</summary>
    public static RomeOptions For(LanguageModel model) => For(model.ModelType, model.Shape);

    /// <summary>The preset of a family's model of these sizes, or the defaults where there is none.</summary>
    public static RomeOptions For(string modelType, ModelShape shape)
    {
        var preset = All.FirstOrDefault(entry =>
            (string)entry!["model_type"]! == modelType
            && (int)entry["layers"]! == shape.Layers
            && (int)entry["width"]! == shape.Width);
        return preset is null ? new RomeOptions() : EditorSettings.With(new RomeOptions(), (JsonObject)preset["settings"]!);
    }

    private static JsonArray Read()
    {
        using var stream = typeof(RomePresets).Assembly.GetManifestResourceStream("Amend.Editing.Editors.Rome.rome.presets.json")!;
        return (JsonArray)JsonNode.Parse(stream)!["presets"]!;
    }
}
