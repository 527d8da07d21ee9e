using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers;
using Amend.Models.Tokenizers.Formats;
using Amend.Models.Weights;
using Amend.Tensors.Files;

namespace Amend.Models.Sources;

/// <summary>A model folder in Hugging Face form: <c>config.json</c>, the weights and the tokenizer's files.</summary>
public sealed class ModelFolder : IModelSource
{
    private const string ConfigFile = "config.json";

    /// <summary>Names a folder; nothing is read yet.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="tokenizerFolder">The folder of the tokenizer's files; the same when null.</param>
    public ModelFolder(string path, string? tokenizerFolder = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        Name = new DirectoryInfo(path).Name;
        TokenizerFolder = System.IO.Path.GetFullPath(tokenizerFolder ?? path);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Path { get; }

    private string ConfigPath => System.IO.Path.Combine(Path, ConfigFile);

    /// <inheritdoc/>
    public IReadOnlyList<string> Files =>
        Directory.Exists(Path) ? [.. Directory.EnumerateFiles(Path).Order(StringComparer.Ordinal)] : [];

    /// <inheritdoc/>
    public string TokenizerFolder { get; }

    /// <inheritdoc/>
    public ModelDescription Describe()
    {
        var configuration = IsAt(Path) ? ModelFile.ParseConfiguration(ConfigPath) : throw new ModelFormatException(Refusal(Path));
        try
        {
            return new ModelDescription(configuration, ConfigPath)
                { Ends = GenerationFile.Ends(Path), Notes = NotesOn(configuration.RootElement) };
        }
        catch
        {
            configuration.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Checkpoint OpenWeights(bool isShapesOnly = false) =>
        OverlaidModel.IsOverlay(Path) ? throw new ModelFormatException(OverlaidModel.Refusal(Path))
        : UnpackedFile.Of(isShapesOnly ? Checkpoint.OpenShapes(Path) : Checkpoint.Open(Path));

    /// <inheritdoc/>
    public ITokenizer? ReadTokenizer(IReadOnlyDictionary<string, TokenizerDefaults> families, bool findsSpecialTokens) =>
        TokenizerLoader.LoadOrNull(TokenizerFolder, families, findsSpecialTokens);

    /// <inheritdoc/>
    public ModelChatTemplates ReadChatTemplates() => ChatTemplateFiles.Read(Path);

    /// <summary>Whether a folder has a configuration.</summary>
    internal static bool IsAt(string path) => File.Exists(System.IO.Path.Combine(path, ConfigFile));

    /// <summary>The sentence for a folder without a configuration.</summary>
    internal static string Refusal(string folder) => LoraAdapter.IsAt(folder)
        ? LoraAdapter.Refusal(folder)
        : $"'{folder}' is not a model folder: it has no {ConfigFile}; give a folder in Hugging Face form.";

    /// <summary>What configuration and files say that is not done, a sentence each.</summary>
    private List<string> NotesOn(JsonElement configuration)
    {
        var notes = new List<string>();
        if (IsFilled(configuration, "rope_scaling") && IsFilled(configuration, "rope_parameters"))
        {
            notes.Add(
                $"{ConfigFile} has both rope_scaling and rope_parameters; rope_scaling is used, as transformers does. "
                + "Where the other is meant, take rope_scaling out.");
        }

        if (LoraAdapter.IsAt(Path))
            notes.Add(LoraAdapter.Note(Path));
        return notes;
    }

    private static bool IsFilled(JsonElement configuration, string key) =>
        configuration.ValueKind == JsonValueKind.Object && configuration.TryGetProperty(key, out var value)
        && value.ValueKind == JsonValueKind.Object && value.EnumerateObject().Any();
}
