using System.Text.Json.Nodes;
using Amend.Tensors.Files;

namespace Amend.Editing.Stores;

/// <summary>
/// Version 1 of edit files, which are read and no longer written: effects are told by the endings of the tensors' names, and the record
/// names one layer.
/// </summary>
internal static class EditFileV1
{
    /// <summary>The version's name in the metadata.</summary>
    public const string Format = "amend.edit.v1";

    /// <summary>The file's effects as version 2 tells them: the changes of the weights, then their keys.</summary>
    public static IReadOnlyList<StoredEffect> EffectsOf(SafeTensorsFile file)
    {
        List<StoredEffect> changes =
        [
            .. WeightsWith(".left", file).Select(weight => Effect(EffectKind.LowRank, weight, "left", "right")),
            .. WeightsWith(".delta", file).Select(weight => Effect(EffectKind.Dense, weight, "delta")),
        ];
        var keys = WeightsWith(".keys", file)
            .Where(weight => changes.Exists(change => change.Weight == weight))
            .Select(weight => Effect(EffectKind.Memory, weight, "keys") with { Name = "keys" });
        return [.. changes, .. keys];
    }

    /// <summary>The record as version 2 has it, with a list of layers.</summary>
    /// <exception cref="System.Text.Json.JsonException">It is no JSON.</exception>
    public static string RecordOf(string json)
    {
        if (JsonNode.Parse(json) is not JsonObject record)
            return json;
        if (record["layer"] is { } layer)
        {
            record.Remove("layer");
            record["layers"] = new JsonArray(layer);
        }

        return record.ToJsonString(EditJson.Options);
    }

    private static StoredEffect Effect(EffectKind kind, string weight, params string[] parts) =>
        new(kind.Name, weight, parts.ToDictionary(part => part, part => $"{weight}.{part}"));

    private static IEnumerable<string> WeightsWith(string ending, SafeTensorsFile file) => file.Entries
        .Select(entry => entry.Name)
        .Where(name => name.EndsWith(ending, StringComparison.Ordinal))
        .Select(name => name[..^ending.Length]);
}
