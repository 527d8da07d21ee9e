using System.Text.Json.Nodes;

namespace Amend.Evaluation.Runs;

/// <summary>Whether two descriptions are of one run: what they say of the machine does not count.</summary>
internal static class RunDifference
{
    /// <summary>The field that does not count.</summary>
    public const string Machine = "machine";

    /// <summary>The first difference in words, or null.</summary>
    public static string? Between(string held, string asked)
    {
        var (there, here) = (Read(held), Read(asked));
        return there.Select(part => part.Key).Union(here.Select(part => part.Key))
            .Where(name => name != Machine && !JsonNode.DeepEquals(there[name], here[name]))
            .Select(name => $"its {name.Replace('_', ' ')} is {Text(there[name])}, and {Text(here[name])} was asked")
            .FirstOrDefault();
    }

    /// <summary>Rows of earlier builds say beside the editor's name whether it is that of the unedited model.</summary>
    private static JsonObject Read(string description)
    {
        var read = (JsonObject)JsonNode.Parse(description)!;
        foreach (var row in read["rows"] as JsonArray ?? [])
            (row as JsonObject)?.Remove("is_unedited");
        return read;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString(Amend.Editing.Stores.EditJson.Options).Trim('"') ?? "not set";
}
