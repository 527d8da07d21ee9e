using System.Text.Json;

namespace Amend.Evaluation.Datasets;

/// <summary>Tells the form of a suite, which Amend writes itself, by its name and its first record.</summary>
internal static class SuiteForm
{
    /// <summary>How the name of a suite with a record a line ends.</summary>
    public const string Lines = ".jsonl";

    /// <summary>
    /// Amend's own form where the records are lines; known facts where the first record has a <c>known_id</c>, and else CounterFact, whose
    /// reader names what is wrong.
    /// </summary>
    public static IDataset Of(string path)
    {
        if (path.EndsWith(Lines, StringComparison.OrdinalIgnoreCase))
            return BuiltInDatasets.Find("amend");
        using var stream = RecordFile.Open(path);
        try
        {
            using var first = new JsonArrayReader(stream).Next();
            var isKnown = first?.RootElement is { ValueKind: JsonValueKind.Object } record && record.TryGetProperty("known_id", out _);
            return BuiltInDatasets.Find(isKnown ? "known" : "counterfact");
        }
        catch (JsonException)
        {
            return BuiltInDatasets.Find("counterfact");
        }
    }
}
