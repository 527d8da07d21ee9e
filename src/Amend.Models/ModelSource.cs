using Amend.Models.Sources;
using Amend.Models.Sources.Gguf;

namespace Amend.Models;

/// <summary>Tells by a path what kind of source a model has.</summary>
public static class ModelSource
{
    /// <summary>The source at a path; nothing is read yet.</summary>
    /// <param name="path">A folder, a GGUF file, or a base model and an overlay, <c>BASE+OVERLAY</c>.</param>
    /// <param name="tokenizerFolder">The folder of the tokenizer's files; the model's own tokenizer when null.</param>
    public static IModelSource At(string path, string? tokenizerFolder = null)
    {
        if (GgufModel.IsAt(path))
            return new GgufModel(path, BuiltInFamilies.GgufArchitectures, tokenizerFolder);
        var overlaid = Directory.Exists(path) ? default
            : OverlaidModel.Split(path).FirstOrDefault(two => OverlaidModel.IsOverlay(two.Overlay));
        return overlaid.Under is null
            ? new ModelFolder(path, tokenizerFolder)
            : new OverlaidModel(At(overlaid.Under), overlaid.Overlay, tokenizerFolder);
    }
}
