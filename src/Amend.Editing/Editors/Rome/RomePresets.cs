using System.Text.Json.Nodes;
using Amend.Models;

namespace Amend.Editing.Editors.Rome;

/// <summary>ROME's settings for known models, from <c>rome.presets.json</c>; a model is known by family and sizes, not by name.</summary>
internal static class RomePresets
{
    private static readonly JsonArray All = Read();

    /// <summary>The preset of a model, or the defaults (without a layer) where there is none.</summary>
    public static RomeOptions For(LanguageModel model)
    {
        var preset = All.FirstOrDefault(entry =>
            (string)entry!["model_type"]! == model.ModelType
            && (int)entry["layers"]! == model.Shape.Layers
            && (int)entry["width"]! == model.Shape.Width);
        return preset is null ? new RomeOptions() : EditorSettings.With(new RomeOptions(), (JsonObject)preset["settings"]!);
    }

    private static JsonArray Read()
    {
        using var stream = typeof(RomePresets).Assembly.GetManifestResourceStream("Amend.Editing.Editors.Rome.rome.presets.json")!;
        return (JsonArray)JsonNode.Parse(stream)!["presets"]!;
    }
}
