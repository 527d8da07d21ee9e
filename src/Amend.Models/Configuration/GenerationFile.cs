using System.Text.Json;

namespace Amend.Models.Configuration;

/// <summary>What a model folder's <c>generation_config.json</c> says.</summary>
internal static class GenerationFile
{
    private const string FileName = "generation_config.json";
    private const string Key = "eos_token_id";

    /// <summary>
    /// The ids that end what the model generates, <c>eos_token_id</c>, one or several; those of <c>config.json</c> where there is no
    /// such file.
    /// </summary>
    /// <exception cref="ModelFormatException">The file is no JSON, or the ids are no numbers.</exception>
    public static IReadOnlyList<int> Ends(string folder)
    {
        var path = Path.Combine(folder, FileName);
        path = File.Exists(path) ? path : Path.Combine(folder, "config.json");
        using var file = ModelFile.ParseConfiguration(path);
        return file.RootElement.TryGet(Key) switch
        {
            null => [],
            { ValueKind: JsonValueKind.Number } id when id.TryGetInt32(out var one) => [one],
            { ValueKind: JsonValueKind.Array } ids when ids.EnumerateArray()
                .All(id => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out _)) =>
                [.. ids.EnumerateArray().Select(id => id.GetInt32())],
            { } other => throw new ModelFormatException(
                $"'{path}': '{Key}' should be a token id or a list of them but is {other.GetRawText()}; check the model folder."),
        };
    }
}
