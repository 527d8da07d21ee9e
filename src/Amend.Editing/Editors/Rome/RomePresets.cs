using Amend.Models;
using Amend.Models.Shapes;

namespace Amend.Editing.Editors.Rome;

/// <summary>ROME's settings for known models, from <c>rome.presets.json</c>; a model is known by family and sizes, not by name.</summary>
internal static class RomePresets
{
    private static readonly PresetFile File = new("Rome.rome.presets.json");

    /// <summary>The preset of a model, or the defaults (without a layer) where there is none.</summary>
    public static RomeOptions For(LanguageModel model) => For(model.ModelType, model.Shape);

    /// <summary>The preset of a family's model of these sizes, or the defaults where there is none.</summary>
    public static RomeOptions For(string modelType, ModelShape shape) => File.For(new RomeOptions(), modelType, shape);
}
