using Amend.Models.Sources;
using Amend.Models.Sources.Gguf;

namespace Amend.Models;

/// <summary>Tells by a path what kind of source a model has.</summary>
public static class ModelSource
{
    /// <summary>The source at a path; nothing is read yet.</summary>
    /// <param name="path">A folder, or a GGUF file.</param>
    /// <param name="tokenizerFolder">The folder of the tokenizer's files; the model's own tokenizer when null.</param>
    public static IModelSource At(string path, string? tokenizerFolder = null) => GgufModel.IsAt(path)
        ? new GgufModel(path, BuiltInFamilies.GgufArchitectures, tokenizerFolder)
        : new ModelFolder(path, tokenizerFolder);
}
