using System.Text.Json;
using Amend.Editing.Stores;

namespace Amend.Cli.Rendering;

/// <summary>Results as one JSON document on standard output.</summary>
internal static class Json
{
    private static readonly JsonSerializerOptions Options = new(EditJson.Options) { WriteIndented = true };

    /// <summary>Prints a result.</summary>
    public static void Print<T>(T result) => Console.Out.WriteLine(JsonSerializer.Serialize(result, Options));
}
