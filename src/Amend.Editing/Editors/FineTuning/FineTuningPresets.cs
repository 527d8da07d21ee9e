using Amend.Models.Shapes;

namespace Amend.Editing.Editors.FineTuning;

/// <summary>
/// The settings of <c>ft</c>, <c>ft-l</c> and <c>locft-bf</c> for known models, from <c>ft.presets.json</c>; a model is known
/// by family and sizes.
/// </summary>
internal static class FineTuningPresets
{
    private static readonly PresetFile File = new("FineTuning.ft.presets.json");

    /// <summary>The preset of an editor for a family's model of these sizes, or its defaults, without layers, where there is none.</summary>
    public static FineTuningOptions For(string editor, string modelType, ModelShape shape) => File.For(Defaults(editor), modelType, shape, editor);

    /// <summary>The defaults of an editor for any model.</summary>
    public static FineTuningOptions Defaults(string editor) => editor == FineTuningEditor.BreadthFirstName
        ? new FineTuningOptions { BatchSize = 100, Shuffle = true }
        : new FineTuningOptions();
}
