using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amend.Tensors.Files;

namespace Amend.Shipping.Exporting;

/// <summary>JSON files as other programs write them for people to read: indented, characters as they are.</summary>
internal static class JsonText
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a file.</summary>
    /// <exception cref="Tensors.AmendException">The file cannot be written.</exception>
    public static void Write(string path, JsonObject json) => AtomicFile.WriteAllText(path, json.ToJsonString(Options));
}
