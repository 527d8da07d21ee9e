using System.Text.Json;
using Amend.Models;
using Amend.Parity.Tests.Families;

namespace Amend.Parity.Tests.Metrics;

/// <summary>Golden cases of metrics by the beginning of their name, and what several of them hold.</summary>
internal static class MetricGolden
{
    public static TheoryData<string> Named(string beginning) =>
        GoldenCases.Rows(GoldenCases.Under("metrics").Where(golden => golden.Name.StartsWith(beginning, StringComparison.Ordinal)));

    public static JsonElement Json(string id) => GoldenCases.Find(id).Json("case.json");

    /// <summary>The case's model; a case whose model's family is not built in is reported as skipped. The caller disposes.</summary>
    public static LanguageModel Model(string id)
    {
        var golden = GoldenCases.Find(id);
        var model = golden.Json("case.json").GetProperty("model").GetString()!;
        var folder = golden.Shared(model);
        FamilyCase.SkipUnlessBuiltIn(new GoldenCase(model, folder, golden.Root, id));
        return LanguageModel.Load(folder, new LoadOptions { TokenizerFolder = golden.Shared("tokenizer_tiny") });
    }

    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray()];

    public static int[] Integers(this JsonElement element, string name) => [.. element.Items(name).Select(item => item.GetInt32())];

    public static double[] Numbers(this JsonElement element, string name) => [.. element.Items(name).Select(item => item.GetDouble())];

    public static bool[] Booleans(this JsonElement element, string name) => [.. element.Items(name).Select(item => item.GetBoolean())];

    public static string[] Texts(this JsonElement element, string name) => [.. element.Items(name).Select(item => item.GetString()!)];
}
