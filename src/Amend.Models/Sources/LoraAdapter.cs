using Amend.Models.Configuration;

namespace Amend.Models.Sources;

/// <summary>An adapter as PEFT saves it, beside a model or in a folder of its own: it is not applied, and that is told.</summary>
internal static class LoraAdapter
{
    private const string ConfigFile = "adapter_config.json";
    private static readonly string[] Files = [ConfigFile, "adapter_model.safetensors", "adapter_model.bin"];

    /// <summary>Whether a folder has an adapter's files.</summary>
    public static bool IsAt(string folder) => Found(folder).Length > 0;

    /// <summary>The note on an adapter beside its model.</summary>
    public static string Note(string folder) =>
        $"'{folder}' holds an adapter ({string.Join(", ", Found(folder))}), which is not applied: the model is asked without it. "
        + "To ask with it, import it with amend import.";

    /// <summary>The sentence for a folder that holds nothing but an adapter.</summary>
    public static string Refusal(string folder) =>
        $"'{folder}' is not a model folder: it holds an adapter ({string.Join(", ", Found(folder))}) {Base(folder)} and no config.json; "
        + "give the folder of the model, and import the adapter into it with amend import MODEL ADAPTER.";

    private static string[] Found(string folder) => [.. Files.Where(file => File.Exists(Path.Combine(folder, file)))];

    private static string Base(string folder)
    {
        var path = Path.Combine(folder, ConfigFile);
        if (!File.Exists(path))
            return "of another model";
        using var configuration = ModelFile.ParseConfiguration(path);
        return configuration.RootElement.Text("base_model_name_or_path") is { Length: > 0 } name
            ? $"of the model '{name}'"
            : "of another model";
    }
}
