using System.Text.Json;

namespace Amend.Parity.Tests.Tokenizers;

/// <summary>A text with the ids that the reference gives it, and the text that it reads from them.</summary>
internal sealed record EncodeCase(string Text, int[] Ids, string Decoded)
{
    /// <summary>The texts of a golden file.</summary>
    public static IReadOnlyList<EncodeCase> Read(JsonElement file) =>
        [.. file.GetProperty("cases").EnumerateArray().Select(item => new EncodeCase(
            item.GetProperty("text").GetString()!,
            [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
            item.GetProperty("decoded").GetString()!))];
}
