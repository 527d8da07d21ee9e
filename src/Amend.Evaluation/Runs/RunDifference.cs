using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Editing.Stores;

namespace Amend.Evaluation.Runs;

/// <summary>Whether two descriptions are of one run: what they say of the machine does not count.</summary>
internal static class RunDifference
{
    /// <summary>The field that does not count.</summary>
    public const string Machine = "machine";

    private const string Cases = "cases";

    /// <summary>The first difference in words, or null.</summary>
    public static string? Between(string held, string asked)
    {
        var (there, here) = (Read(held), Read(asked));
        return there.Select(part => part.Key).Union(here.Select(part => part.Key))
            .Where(name => name != Machine && !JsonNode.DeepEquals(there[name], here[name]))
            .Select(name => $"its {name.Replace('_', ' ')} is {Text(there[name])}, and {Text(here[name])} was asked")
            .FirstOrDefault();
    }

    /// <summary>Whether what is held are the first whole batches of a run of more cases.</summary>
    public static bool IsBeginning(string held, RunDescription asked)
    {
        if (!asked.TakesBatchesBack || (int?)Read(held)[Cases] is not { } cases)
            return false;
        var asMany = JsonSerializer.Serialize(asked with { Cases = cases }, EditJson.Options);
        return cases % asked.BatchSize == 0 && !(asked.Cases < cases) && Between(held, asMany) is null;
    }

    /// <summary>Rows of earlier builds say beside the editor's name whether it is that of the unedited model.</summary>
    private static JsonObject Read(string description)
    {
        var read = (JsonObject)JsonNode.Parse(description)!;
        foreach (var row in read["rows"] as JsonArray ?? [])
            (row as JsonObject)?.Remove("is_unedited");
        return read;
    }

    private static string Text(JsonNode? value) => value?.ToJsonString(EditJson.Options).Trim('"') ?? "not set";
}
