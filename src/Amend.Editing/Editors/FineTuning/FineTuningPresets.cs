using System.Text.Json.Nodes;
using Amend.Models;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>The settings of <c>ft</c> and <c>ft-l</c> for known models, from <c>ft.presets.json</c>; a model is known by family and sizes.</summary>
internal static class FineTuningPresets
{
    private static readonly JsonArray All = Read();

    /// <summary>The preset of an editor for a family's model of these sizes, or the defaults, without layers, where there is none.</summary>
    public static FineTuningOptions For(string editor, string modelType, ModelShape shape)
    {
        var preset = All.FirstOrDefault(entry =>
            (string)entry!["editor"]! == editor
            && (string)entry["model_type"]! == modelType
            && (int)entry["layers"]! == shape.Layers
            && (int)entry["width"]! == shape.Width);
        return preset is null ? new FineTuningOptions() : EditorSettings.With(new FineTuningOptions(), (JsonObject)preset["settings"]!);
    }

    private static JsonArray Read()
    {
        using var stream = typeof(FineTuningPresets).Assembly.GetManifestResourceStream("Amend.Editing.Editors.FineTuning.ft.presets.json")!;
        return (JsonArray)JsonNode.Parse(stream)!["presets"]!;
    }
}
