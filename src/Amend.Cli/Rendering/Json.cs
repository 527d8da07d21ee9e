using Amend.Evaluation.Reports.Json;

namespace Amend.Cli.Rendering;

/// <summary>Results as one JSON document on standard output (docs/formats/json.md).</summary>
internal static class Json
{
    /// <summary>Prints a result: every member of it, null where there is nothing.</summary>
    public static void Print<T>(T result) => Console.Out.WriteLine(ReportJson.Write(result));
}
