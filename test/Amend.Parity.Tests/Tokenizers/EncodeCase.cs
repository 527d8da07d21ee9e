using System.Text.Json;

namespace Amend.Parity.Tests.Tokenizers;

/// <summary>A text with the ids that the reference gives it and, where it says so, their pieces and the text that it reads from them.</summary>
internal sealed record EncodeCase(string Text, int[] Ids, string[]? Pieces, string? Decoded)
{
    /// <summary>The texts of a golden file.</summary>
    public static IReadOnlyList<EncodeCase> Read(JsonElement file) =>
        [.. file.GetProperty("cases").EnumerateArray().Select(item => new EncodeCase(
            item.GetProperty("text").GetString()!,
            [.. item.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())],
            item.TryGetProperty("pieces", out var pieces) ? [.. pieces.EnumerateArray().Select(piece => piece.GetString()!)] : null,
            item.TryGetProperty("decoded", out var decoded) ? decoded.GetString() : null))];
}
